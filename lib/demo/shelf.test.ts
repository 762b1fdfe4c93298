import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { shelfHandler } from "./shelf";

const folder = mkdtempSync(join(tmpdir(), "slipway-shelf-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
mkdirSync(join(folder, "packages", "checkout"), { recursive: true });
writeFileSync(join(folder, "packages", "checkout", "checkout-2.4.0.tar.gz"), bytes);
writeFileSync(join(folder, "packages", "checkout", "checkout-2.4.0.zip"), "PK");
writeFileSync(join(folder, "packages", "checkout", "notes.txt"), "private");
mkdirSync(join(folder, "packages", "checkout", "folder.zip"));
writeFileSync(join(folder, "secret.tar.gz"), "private");

const handle = shelfHandler(join(folder, "packages"));
const path = "/shelf/checkout/checkout-2.4.0.tar.gz";
const ask = (given: string, init?: RequestInit) => handle(new Request(`http://localhost${given}`, init));
const body = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe("the package shelf", () => {
  it("gives a package whole, with its size, type and a validator", async () => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-length": "200000",
      "content-type": "application/gzip",
      "accept-ranges": "bytes",
      etag: expect.stringMatching(/^"[0-9a-z]+-[0-9a-z]+"$/),
    });
    expect((await body(response)).equals(bytes)).toBe(true);
    expect((await ask("/shelf/checkout/checkout-2.4.0.zip")).headers.get("content-type")).toBe("application/zip");
  });

  it("answers HEAD like GET, without the body", async () => {
    const [head, get] = [await ask(path, { method: "HEAD" }), await ask(path)];
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await body(head)).toHaveLength(0);
    await get.body?.cancel();
  });

  it.each([
    ["bytes=0-3", 0, 3],
    ["bytes=199990-", 199_990, 199_999],
    ["bytes=-5", 199_995, 199_999],
    ["bytes=-999999", 0, 199_999],
    ["bytes=100000-999999", 100_000, 199_999],
    ["bytes=65536-196607", 65_536, 196_607],
  ])("gives the range %s", async (range, start, end) => {
    const response = await ask(path, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/200000`);
    expect(response.headers.get("content-length")).toBe(String(end - start + 1));
    expect((await body(response)).equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it.each(["bytes=200000-", "bytes=-0"])("has nothing for the range %s", async (range) => {
    const response = await ask(path, { headers: { range } });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */200000"]);
  });

  it.each(["bytes=0-1,5-6", "bytes=9-3", "bytes=-", "lines=1-2", "bytes=a-b"])(
    "gives the whole for the range %s",
    async (range) => {
      const response = await ask(path, { headers: { range } });
      expect(response.status).toBe(200);
      expect(await body(response)).toHaveLength(200_000);
    },
  );

  it("gives a range only of the bytes that If-Range names, and nothing to who has them", async () => {
    const etag = (await ask(path, { method: "HEAD" })).headers.get("etag") ?? "";
    expect((await ask(path, { headers: { range: "bytes=5-", "if-range": etag } })).status).toBe(206);
    expect((await ask(path, { headers: { range: "bytes=5-", "if-range": '"other"' } })).status).toBe(200);
    expect((await ask(path, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it.each([
    "/shelf/checkout/absent-1.0.0.tar.gz",
    "/shelf/checkout/notes.txt",
    "/shelf/checkout/folder.zip",
    "/shelf/checkout/",
    "/shelf/",
    "/shelf/../secret.tar.gz",
    "/shelf/checkout/../../secret.tar.gz",
    "/shelf/%2e%2e/secret.tar.gz",
    "/shelf/..%2fsecret.tar.gz",
    "/shelf/checkout/..%2f..%2fsecret.tar.gz",
    "/shelf/checkout%00/checkout-2.4.0.tar.gz",
    "/shelf//checkout/checkout-2.4.0.tar.gz",
    "/elsewhere/checkout/checkout-2.4.0.tar.gz",
  ])("knows nothing of %s", async (given) => {
    const response = await ask(given);
    expect(response.status).toBe(404);
    expect(await body(response)).toHaveLength(0);
  });

  it("takes nothing in", async () => {
    const response = await ask(path, { method: "PUT", body: "x" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("lets a reader leave in the middle", async () => {
    const reader = (await ask(path)).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    expect(await body(await ask(path))).toHaveLength(200_000);
  });
});
