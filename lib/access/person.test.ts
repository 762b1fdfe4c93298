import { describe, expect, it } from "vitest";
import { actorOf } from "./person";

const withCookie = (cookie: string) => actorOf(new Request("http://localhost/", { headers: { cookie } }), "operator").name;

describe("who asks", () => {
  it("is the installation's person where nobody gave a name", () => {
    expect(actorOf(new Request("http://localhost/"), "operator")).toEqual({ name: "operator" });
  });

  it("is the name in the cookie, in any script", () => {
    expect(withCookie("theme=dark; slipway_person=lin.wei; x=1")).toBe("lin.wei");
    expect(withCookie(`slipway_person=${encodeURIComponent("林伟")}`)).toBe("林伟");
  });

  it.each(["", "%20%20", "%E0%A4%A", "a%00b", "a%0Ab", "x".repeat(129)])("is nobody by %j", (value) => {
    expect(withCookie(`slipway_person=${value}`)).toBe("operator");
  });

  it("is not taken from a cookie whose name only ends alike", () => {
    expect(withCookie("not_slipway_person=mallory")).toBe("operator");
  });
});
