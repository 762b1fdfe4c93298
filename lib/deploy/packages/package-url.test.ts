import { describe, expect, it } from "vitest";
import { parsePackageUrl, redirectTarget, shownUrl } from "./package-url";

const rules = { allowPrivate: false, allowLoopback: true };

describe("a package URL", () => {
  it("is http or https, and loses its fragment", () => {
    expect(parsePackageUrl("http://127.0.0.1:8080/a.tar.gz#part", rules).href).toBe("http://127.0.0.1:8080/a.tar.gz");
    expect(parsePackageUrl("https://packages.example/a.tar.gz?x=1", rules).href).toBe("https://packages.example/a.tar.gz?x=1");
  });

  it.each([
    ["", "syntax"],
    ["checkout-2.4.1.tar.gz", "syntax"],
    ["http://", "syntax"],
    ["http://a b/", "syntax"],
    [" http://packages.example/a", "syntax"],
    ["ht\ntp://packages.example/a", "syntax"],
    ["http://packages.example/a\u0000", "syntax"],
    ["http://packages.example:99999/", "syntax"],
    ["http://packages.example:0/", "syntax"],
    [`http://packages.example/${"a".repeat(2048)}`, "syntax"],
    ["ftp://packages.example/a", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["javascript:alert(1)", "scheme"],
    ["http://me:secret@packages.example/a", "credentials"],
    ["http://me@packages.example/a", "credentials"],
    ["http://10.0.0.1/a", "address_refused"],
    ["http://169.254.169.254/latest/meta-data", "address_refused"],
    ["http://0xA9FEA9FE/", "address_refused"],
    ["http://2852039166/", "address_refused"],
    ["http://[::ffff:a9fe:a9fe]/", "address_refused"],
    ["http://[fe80::1]/", "address_refused"],
  ])("%j is refused: %s", (text, why) => {
    expect(() => parsePackageUrl(text, rules)).toThrow(
      expect.objectContaining({ code: "invalid_package_url", params: expect.objectContaining({ why }) }),
    );
  });

  it("never repeats a password or a signed query in what it says", () => {
    expect(() => parsePackageUrl("http://me:secret@packages.example/a?sig=key", rules)).toThrow(
      expect.objectContaining({
        params: { why: "credentials", url: "http://packages.example/a?…" },
        message: expect.not.stringContaining("secret"),
      }),
    );
    expect(shownUrl(new URL("https://packages.example/a?sig=key"))).toBe("https://packages.example/a?…");
  });
});

describe("a redirect", () => {
  const from = new URL("https://packages.example/a/b");

  it("may be relative and may go to another host", () => {
    expect(redirectTarget(from, "../c", rules).href).toBe("https://packages.example/c");
    expect(redirectTarget(from, "https://mirror.example/c", rules).href).toBe("https://mirror.example/c");
  });

  it.each([
    ["http://packages.example/c", "downgrade"],
    ["//10.0.0.1/c", "address_refused"],
    ["https://me:secret@packages.example/", "credentials"],
    ["file:///etc/passwd", "scheme"],
    ["https://", "bad_answer"],
  ])("to %s is refused: %s", (location, why) => {
    expect(() => redirectTarget(from, location, rules)).toThrow(
      expect.objectContaining({ params: expect.objectContaining({ why }) }),
    );
  });

  it("from http to https is an upgrade", () => {
    expect(redirectTarget(new URL("http://packages.example/"), "https://packages.example/", rules).protocol).toBe("https:");
  });
});
