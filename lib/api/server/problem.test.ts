import { describe, expect, it } from "vitest";
import { problem } from "@/lib/api/contract";
import { ERROR_CODES, SlipwayError } from "@/lib/deploy/domain/errors";
import { problemResponse, refusalOf } from "./problem";
import { localeOf } from "./sentence";
import { HTTP_STATUS } from "./statuses";

describe("a refusal", () => {
  it.each(ERROR_CODES)("%s has a status and a sentence in both languages", async (code) => {
    for (const locale of ["en", "zh"] as const) {
      const response = problemResponse(new SlipwayError(code), locale);
      expect(response.status).toBe(HTTP_STATUS[code]);
      expect(response.status).toBeGreaterThanOrEqual(400);
      const body = problem.parse(await response.json());
      expect(body.code).toBe(code);
      expect(body.detail).not.toBe(code);
      expect(body.detail).not.toMatch(/[{}]/);
    }
  });

  it("says when to come again where waiting may help", () => {
    const retryAfter = (error: SlipwayError) => problemResponse(error, "en").headers.get("retry-after");
    expect(retryAfter(new SlipwayError("instance_busy"))).not.toBeNull();
    expect(retryAfter(new SlipwayError("no_worker"))).not.toBeNull();
    expect(retryAfter(new SlipwayError("rate_limited", {}, { retryAfterS: 17 }))).toBe("17");
    expect(retryAfter(new SlipwayError("service_not_found"))).toBeNull();
  });

  it("names the other rollout, its person and its page", async () => {
    const conflict = { rolloutId: "ro:1", requestedBy: "mei", createdAt: new Date("2026-01-01T00:00:00Z") };
    const body = await problemResponse(new SlipwayError("instance_busy", {}, { conflict }), "en").json();
    expect(body.conflict).toEqual({
      rollout_id: "ro:1",
      requested_by: "mei",
      created_at: "2026-01-01T00:00:00.000Z",
      page: "/rollouts/ro%3A1",
    });
  });

  it("tells nothing of what nobody foresaw", async () => {
    const refusal = refusalOf(new Error("password=hunter2"));
    const text = await problemResponse(refusal, "en").text();
    expect(JSON.parse(text)).toMatchObject({ status: 500, code: "internal" });
    expect(text).not.toContain("hunter2");
  });

  it("is known by its mark, also when another copy of the module made it", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("slipway.error")]: true, code: "held", params: {}, more: {} });
    expect(refusalOf(foreign)).toBe(foreign);
  });
});

describe("the language of an answer", () => {
  const request = (headers: Record<string, string>) => localeOf(new Request("http://localhost/", { headers }));

  it("is what is asked for, else the person's choice, else English", () => {
    expect(request({ "accept-language": "zh-CN" })).toBe("zh");
    expect(request({ "accept-language": "en", cookie: "slipway-locale=zh" })).toBe("en");
    expect(request({ "accept-language": "*", cookie: "a=1; slipway-locale=zh" })).toBe("zh");
    expect(request({})).toBe("en");
  });
});
