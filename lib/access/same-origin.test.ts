import { describe, expect, it } from "vitest";
import { intrusionOf } from "./same-origin";

const asked = (method: string, headers: Record<string, string>) =>
  intrusionOf(new Request("http://127.0.0.1:3000/api/v1/services", { method, headers }), ["slipway.example"]);

describe("the name that a request asks for", () => {
  it.each([
    "localhost:3000",
    "127.0.0.1:3000",
    "127.8.8.8",
    "[::1]:3000",
    "app.localhost",
    "slipway.example",
    "SLIPWAY.example:8443",
  ])("%s is ours", (host) => {
    expect(asked("GET", { host })).toBeNull();
  });

  it.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
    "0.0.0.0:3000",
    "slipway.example.evil",
    "",
  ])("%j is not: a page may have pointed its own name at this machine", (host) => {
    expect(asked("GET", { host })).toBe("host");
  });
});

describe("the page that a request comes from", () => {
  const host = "localhost:3000";

  it.each(["POST", "PUT", "DELETE"])("may change something only on its own origin: %s", (method) => {
    expect(asked(method, { host })).toBeNull();
    expect(asked(method, { host, origin: "http://localhost:3000" })).toBeNull();
    for (const origin of [
      "http://localhost:4000",
      "http://evil.example",
      "null",
      "file://",
      "http://localhost:3000@evil.example",
      "ftp://localhost:3000",
    ]) {
      expect(asked(method, { host, origin }), origin).toBe("origin");
    }
  });

  it("is known by the browser's own word where there is no origin", () => {
    expect(asked("POST", { host, "sec-fetch-site": "cross-site" })).toBe("cross_site");
    expect(asked("GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe("cross_site");
  });

  it("may link to us", () => {
    expect(asked("GET", { host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBeNull();
  });
});
