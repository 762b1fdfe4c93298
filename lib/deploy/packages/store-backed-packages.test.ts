import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { createPackages } from "./store-backed-packages";
import { MemoryStore } from "./testing/memory-store";

const base = mkdtempSync(join(tmpdir(), "slipway-cache-"));
afterAll(() => rmSync(base, { recursive: true }));
let count = 0;

function setUp(maxBytes = 1_000_000, folder = join(base, String(count++))) {
  const store = new MemoryStore();
  const problems: Error[] = [];
  const cache = { folder, maxBytes, onProblem: (error: Error) => void problems.push(error) };
  const packages = createPackages(store, { allowPrivate: false, allowLoopback: true, spoolFolder: base, cache });
  const add = (bytes: Buffer) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    store.releases.set(sha256, [bytes.subarray(0, 100), bytes.subarray(100)]);
    return sha256;
  };
  return { store, packages, folder, problems, add };
}

async function all(stream: Readable | null): Promise<Buffer | null> {
  if (stream === null) return null;
  const chunks: Buffer[] = [];
  const bytes: AsyncIterable<Buffer> = stream;
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("opening a release", () => {
  it("gives its bytes, from the store the first time and from this disk afterwards", async () => {
    const { store, packages, add } = setUp();
    const bytes = randomBytes(50_000);
    const sha256 = add(bytes);
    for (let time = 0; time < 3; time++) expect(await all(await packages.open(sha256))).toEqual(bytes);
    expect(store.reads).toBe(1);
  });

  it("reads the store once for many hosts at once", async () => {
    const { store, packages, add } = setUp();
    const bytes = randomBytes(50_000);
    const sha256 = add(bytes);
    const streams = await Promise.all(Array.from({ length: 12 }, () => packages.open(sha256)));
    for (const stream of streams) expect(await all(stream)).toEqual(bytes);
    expect(store.reads).toBe(1);
  });

  it("is null for what the store does not have, and leaves nothing", async () => {
    const { packages, folder } = setUp();
    expect(await packages.open("0".repeat(64))).toBeNull();
    expect(existsSync(folder)).toBe(false);
  });

  it("needs no disk where no cache is wanted", async () => {
    const store = new MemoryStore();
    store.releases.set("r", [Buffer.from("bytes")]);
    const packages = createPackages(store, { allowPrivate: false, allowLoopback: true, spoolFolder: base, cache: null });
    expect(await all(await packages.open("r"))).toEqual(Buffer.from("bytes"));
    expect(await packages.open("other")).toBeNull();
  });

  it("does not trust a damaged copy: another process reads it through and fetches it anew", async () => {
    const first = setUp();
    const bytes = randomBytes(50_000);
    const sha256 = first.add(bytes);
    await all(await first.packages.open(sha256));
    writeFileSync(join(first.folder, sha256), randomBytes(50_000));
    const second = setUp(1_000_000, first.folder);
    second.add(bytes);
    expect(await all(await second.packages.open(sha256))).toEqual(bytes);
    expect(second.store.reads).toBe(1);
  });

  it("shares the folder between processes", async () => {
    const first = setUp();
    const bytes = randomBytes(50_000);
    const sha256 = first.add(bytes);
    const second = setUp(1_000_000, first.folder);
    second.add(bytes);
    const both = await Promise.all([first.packages.open(sha256), second.packages.open(sha256)]);
    for (const stream of both) expect(await all(stream)).toEqual(bytes);
    expect(readdirSync(first.folder)).toEqual([sha256]);
  });

  it("drops the least recently used beyond its size, never what is being read", async () => {
    const { packages, folder, add } = setUp(100_000);
    const bytes = [1, 2, 3].map(() => randomBytes(45_000));
    const digests = bytes.map(add);
    const [a = "", b = "", c = ""] = digests;
    await all(await packages.open(a));
    const reading = await packages.open(b);
    utimesSync(join(folder, a), new Date(), new Date(Date.now() + 60_000));
    utimesSync(join(folder, b), new Date(), new Date(Date.now() - 60_000));
    await all(await packages.open(c));
    expect(readdirSync(folder).toSorted()).toEqual([a, c].toSorted());
    expect(await all(reading)).toEqual(bytes[1]);
    expect(await all(await packages.open(b))).toEqual(bytes[1]);
  });

  it("removes what a process that died left unfinished", async () => {
    const { packages, folder, add } = setUp();
    await all(await packages.open(add(randomBytes(1000))));
    const [old, fresh] = [join(folder, "x.old.part"), join(folder, "x.fresh.part")];
    for (const file of [old, fresh]) writeFileSync(file, "half");
    utimesSync(old, new Date(), new Date(Date.now() - 2 * 60 * 60_000));
    await all(await packages.open(add(randomBytes(1000))));
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });

  it("goes past a disk that cannot hold it, and says so", async () => {
    const file = join(base, "not-a-folder");
    writeFileSync(file, "");
    const { packages, problems, add } = setUp(1000, file);
    const bytes = randomBytes(5000);
    expect(await all(await packages.open(add(bytes)))).toEqual(bytes);
    expect(problems).toHaveLength(1);
  });

  it("never keeps or gives bytes of another digest", async () => {
    const { store, packages, folder } = setUp();
    const sha256 = "a".repeat(64);
    store.releases.set(sha256, [Buffer.from("something else")]);
    await expect(packages.open(sha256)).rejects.toThrow(/for release a{64}/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
