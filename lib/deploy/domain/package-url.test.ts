import { describe, expect, it } from "vitest";
import { checkUrlSyntax } from "./package-url";

describe("the URL of a rollback, which nobody asks", () => {
  it("may be anything that could be asked", () => {
    for (const url of ["http://127.0.0.1:3000/shelf/a.tar.gz", "https://gone.example.org/a?x=1"])
      expect(() => checkUrlSyntax(url)).not.toThrow();
  });

  it("is refused for what no server could answer", () => {
    for (const [url, why] of [
      ["not a url", "syntax"],
      ["", "syntax"],
      ["ftp://example.org/a.tar.gz", "scheme"],
      ["file:///etc/passwd", "scheme"],
    ] as const) {
      expect(() => checkUrlSyntax(url)).toThrow(
        expect.objectContaining({ code: "invalid_package_url", params: expect.objectContaining({ why }) }),
      );
    }
  });
});
