import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { STORE_CHUNK_BYTES } from "./chunked-writer";
import { fetchPackage } from "./fetch";
import { withDefaults } from "./options";
import { tarGz, zip } from "./testing/archives";
import { closedPort, type LoopbackServer, serve } from "./testing/loopback-server";
import { MemoryStore } from "./testing/memory-store";

const spoolFolder = mkdtempSync(join(tmpdir(), "slipway-spool-"));
afterAll(() => rmSync(spoolFolder, { recursive: true }));

const options = withDefaults({
  allowPrivate: false,
  allowLoopback: true,
  spoolFolder,
  cache: null,
  maxBytes: 5_000_000,
  retryDelayMs: 1,
});
const archive = await tarGz({ name: "server.mjs", body: randomBytes(900_000) }, { name: "b", body: "x" });
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const any = { expectSha256: null };
const why = (reason: string, more: object = {}) =>
  expect.objectContaining({ code: "invalid_package_url", params: expect.objectContaining({ why: reason, ...more }) });

const open: LoopbackServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  expect(readdirSync(spoolFolder)).toEqual([]);
});

async function serving(listener: RequestListener): Promise<LoopbackServer> {
  const server = await serve(listener);
  open.push(server);
  return server;
}

const plain =
  (bytes: Buffer): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { "content-length": bytes.length }).end(bytes);

/** Announces everything, sends a part and hangs up. */
function cut(response: ServerResponse, bytes: Buffer, headers: Record<string, string> = {}, total = bytes.length): void {
  response.writeHead(200, { "content-length": total, ...headers });
  response.write(bytes, () => response.socket?.destroy());
}

function resume(response: ServerResponse, range: string | undefined, bytes: Buffer, headers: Record<string, string> = {}): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1]);
  const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  response
    .writeHead(206, { "content-range": contentRange, "content-length": bytes.length - from, ...headers })
    .end(bytes.subarray(from));
}

describe("fetching a package", () => {
  it("keeps a tar.gz as it is, in whole chunks, under its digest", async () => {
    const server = await serving(plain(archive));
    const store = new MemoryStore();
    const stored = await fetchPackage(server.origin, { expectSha256: digest(archive) }, store, options);
    const same = { sha256: digest(archive), size: archive.length };
    expect(stored).toEqual({ ...same, kind: "tar.gz", release: same, files: 2, unpackedSize: 900_001 });
    const chunks = store.releases.get(digest(archive)) ?? [];
    expect(Buffer.concat(chunks).equals(archive)).toBe(true);
    expect(chunks.slice(0, -1).every((chunk) => chunk.length === STORE_CHUNK_BYTES)).toBe(true);
    expect(store.largestChunk).toBe(STORE_CHUNK_BYTES);
  });

  it("keeps a zip as a tar.gz, always the same one, and leaves no file behind", async () => {
    const bytes = zip({ name: "b", body: "2" }, { name: "a", body: randomBytes(300_000) });
    const server = await serving(plain(bytes));
    const store = new MemoryStore();
    const stored = await fetchPackage(server.origin, any, store, options);
    expect(stored).toMatchObject({ sha256: digest(bytes), size: bytes.length, kind: "zip", files: 2, unpackedSize: 300_001 });
    const kept = Buffer.concat(store.releases.get(stored.release.sha256) ?? []);
    expect({ sha256: digest(kept), size: kept.length }).toEqual(stored.release);
    expect(await fetchPackage(server.origin, any, new MemoryStore(), options)).toEqual(stored);
  });

  it("keeps the same bytes once, wherever they come from", async () => {
    const server = await serving(plain(archive));
    const store = new MemoryStore();
    const first = await fetchPackage(`${server.origin}/a`, any, store, options);
    expect(await fetchPackage(`${server.origin}/b`, any, store, options)).toEqual(first);
    expect(store.packages.size).toBe(1);
    expect(store).toMatchObject({ begun: 2, aborted: 1 });
  });

  it("asks nobody for what the store has", async () => {
    const server = await serving(plain(archive));
    const store = new MemoryStore();
    const first = await fetchPackage(server.origin, any, store, options);
    const again = await fetchPackage(`http://127.0.0.1:${await closedPort()}/`, { expectSha256: first.sha256 }, store, options);
    expect(again).toEqual(first);
  });

  it.each([
    ["a tar.gz", archive],
    ["a zip", zip({ name: "a", body: "x" })],
  ] as const)("refuses other bytes than expected: %s", async (_what, bytes) => {
    const server = await serving(plain(bytes));
    const store = new MemoryStore();
    const expected = "0".repeat(64);
    await expect(fetchPackage(server.origin, { expectSha256: expected }, store, options)).rejects.toThrow(
      expect.objectContaining({ code: "package_digest_mismatch", params: { expected, actual: digest(bytes) } }),
    );
    expect(store.packages.size).toBe(0);
    expect(store.aborted).toBe(store.begun);
  });

  it("keeps nothing of an unsafe archive", async () => {
    const store = new MemoryStore();
    for (const bytes of [await tarGz({ name: "../x", body: "x" }), zip({ name: "../x" })]) {
      const server = await serving(plain(bytes));
      await expect(fetchPackage(server.origin, any, store, options)).rejects.toThrow(
        expect.objectContaining({ code: "unsafe_package", params: { entry: "../x", why: "parent_segment" } }),
      );
    }
    expect(store.packages.size).toBe(0);
    expect(store.aborted).toBe(store.begun);
  });

  it("refuses a page and an empty answer", async () => {
    const page = await serving(plain(Buffer.from("<!doctype html><p>not found")));
    await expect(fetchPackage(page.origin, any, new MemoryStore(), options)).rejects.toThrow(why("not_an_archive"));
    const empty = await serving(plain(Buffer.alloc(0)));
    await expect(fetchPackage(empty.origin, any, new MemoryStore(), options)).rejects.toThrow(why("empty"));
  });

  it("stops at the size limit, declared or not", async () => {
    const limited = { ...options, maxBytes: 500_000 };
    const honest = await serving(plain(archive));
    await expect(fetchPackage(honest.origin, any, new MemoryStore(), limited)).rejects.toThrow(
      expect.objectContaining({ code: "package_too_large", params: { size: archive.length, limit: 500_000 } }),
    );
    const silent = await serving((_request, response) => {
      response.writeHead(200);
      response.write(archive);
    });
    const store = new MemoryStore();
    await expect(fetchPackage(silent.origin, any, store, limited)).rejects.toThrow(
      expect.objectContaining({ code: "package_too_large" }),
    );
    expect(store.packages.size).toBe(0);
  });
});

describe("a connection that breaks", () => {
  it("is resumed where it broke, under the same validator", async () => {
    const server = await serving((request, response) => {
      if (request.headers.range === undefined)
        return cut(response, archive.subarray(0, 400_000), { etag: '"v1"' }, archive.length);
      resume(response, request.headers.range, archive, { etag: '"v1"' });
    });
    const stored = await fetchPackage(server.origin, any, new MemoryStore(), options);
    expect(stored.sha256).toBe(digest(archive));
    expect(server.requests.map(({ headers }) => [headers.range, headers["if-range"]])).toEqual([
      [undefined, undefined],
      [expect.stringMatching(/^bytes=[1-9]\d*-$/), '"v1"'],
    ]);
  });

  it.each([
    ["gave no validator", {}],
    ["gave a weak one", { etag: 'W/"v1"' }],
  ])("begins again where the server %s", async (_what, headers) => {
    let asked = 0;
    const server = await serving((_request, response) => {
      if (asked++ === 0) return cut(response, archive.subarray(0, 400_000), headers, archive.length);
      plain(archive)(_request, response);
    });
    const store = new MemoryStore();
    expect((await fetchPackage(server.origin, any, store, options)).sha256).toBe(digest(archive));
    expect(server.requests.every((request) => request.headers.range === undefined)).toBe(true);
    expect(store).toMatchObject({ begun: 2, aborted: 1 });
  });

  it("begins again where the server ignores the range, or has other bytes by now", async () => {
    const newer = await tarGz({ name: "newer", body: "x" });
    const ignoring = await serving((request, response) => {
      if (ignoring.requests.length === 1) return cut(response, archive.subarray(0, 400_000), { etag: '"v1"' }, archive.length);
      plain(newer)(request, response);
    });
    expect((await fetchPackage(ignoring.origin, any, new MemoryStore(), options)).sha256).toBe(digest(newer));
    const changing = await serving((request, response) => {
      if (changing.requests.length === 1) return cut(response, archive.subarray(0, 400_000), { etag: '"v1"' }, archive.length);
      if (request.headers.range !== undefined) return resume(response, request.headers.range, archive, { etag: '"v2"' });
      plain(newer)(request, response);
    });
    expect((await fetchPackage(changing.origin, any, new MemoryStore(), options)).sha256).toBe(digest(newer));
  });

  it("is opened again a bounded number of times", async () => {
    const server = await serving((_request, response) => cut(response, archive.subarray(0, 1000), {}, archive.length));
    const store = new MemoryStore();
    await expect(fetchPackage(server.origin, any, store, { ...options, retries: 2 })).rejects.toThrow(why("reset"));
    expect(server.requests).toHaveLength(3);
    expect(store.packages.size).toBe(0);
    expect(store.aborted).toBe(store.begun);
  });

  it("is not told from the end by a server that announces nothing, but the archive tells", async () => {
    const server = await serving((_request, response) => void response.writeHead(200).end(archive.subarray(0, 400_000)));
    await expect(fetchPackage(server.origin, any, new MemoryStore(), options)).rejects.toThrow(
      expect.objectContaining({ code: "unsafe_package", params: { entry: "", why: "malformed" } }),
    );
  });

  it("is noticed when the server stalls", async () => {
    const server = await serving((request, response) => {
      if (request.headers.range !== undefined) return resume(response, request.headers.range, archive, { etag: '"v1"' });
      response.writeHead(200, { "content-length": archive.length, etag: '"v1"' }).write(archive.subarray(0, 400_000));
    });
    const stored = await fetchPackage(server.origin, any, new MemoryStore(), { ...options, stallTimeoutMs: 300 });
    expect(stored.sha256).toBe(digest(archive));
  });

  it.each([429, 502, 503, 504])("and a passing status %d are tried again", async (status) => {
    const server = await serving((request, response) => {
      if (server.requests.length === 1) return void response.writeHead(status).end();
      plain(archive)(request, response);
    });
    expect((await fetchPackage(server.origin, any, new MemoryStore(), options)).sha256).toBe(digest(archive));
  });

  it.each([403, 404, 500])("status %d is final", async (status) => {
    const server = await serving((_request, response) => void response.writeHead(status).end());
    await expect(fetchPackage(server.origin, any, new MemoryStore(), options)).rejects.toThrow(why("status", { status }));
    expect(server.requests).toHaveLength(1);
  });

  it("nobody listening is told after the retries", async () => {
    await expect(fetchPackage(`http://127.0.0.1:${await closedPort()}/`, any, new MemoryStore(), options)).rejects.toThrow(
      why("connection_refused"),
    );
  });
});

describe("an end from outside", () => {
  const endless: RequestListener = (_request, response) => void response.writeHead(200).write(archive.subarray(0, 100_000));

  it("by the caller throws the caller's reason and keeps nothing", async () => {
    const server = await serving(endless);
    const store = new MemoryStore();
    const caller = new AbortController();
    const reason = new Error("the rollout was aborted");
    const fetching = fetchPackage(server.origin, { expectSha256: null, signal: caller.signal }, store, options);
    setTimeout(() => caller.abort(reason), 100);
    await expect(fetching).rejects.toBe(reason);
    expect(store.packages.size).toBe(0);
    expect(store.aborted).toBe(store.begun);
  });

  it("by the total time is a timeout", async () => {
    const server = await serving(endless);
    await expect(fetchPackage(server.origin, any, new MemoryStore(), { ...options, fetchTimeoutMs: 200 })).rejects.toThrow(
      why("timeout"),
    );
  });

  it.each([
    ["a tar.gz", archive],
    ["a zip", zip({ name: "a", body: randomBytes(300_000) })],
  ] as const)("by a store that fails is the store's error: %s", async (_what, bytes) => {
    const server = await serving(plain(bytes));
    const store = new MemoryStore();
    const broken = new Error("the database is gone");
    const begin = store.begin.bind(store);
    store.begin = async () => ({ ...(await begin()), write: () => Promise.reject(broken) });
    await expect(fetchPackage(server.origin, any, store, options)).rejects.toBe(broken);
    expect(store.aborted).toBe(1);
  });
});
