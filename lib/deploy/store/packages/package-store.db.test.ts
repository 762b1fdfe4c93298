import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "@/lib/postgres/testing";
import type { PackageStore, StoredPackage } from "../../ports";
import { type Database, openDatabase } from "../database";
import { createPackageStore } from "./package-store";

let database: TestDatabase;
let db: Database;
let store: PackageStore;

beforeAll(async () => {
  database = await openTestDatabase();
  db = openDatabase({ url: database.url });
  store = createPackageStore(db);
});

afterAll(async () => {
  await db.$disconnect();
  await database.close();
});

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

function packageOf(bytes: Buffer): StoredPackage {
  const release = { sha256: sha256(bytes), size: bytes.length };
  return { ...release, kind: "tar.gz", release, files: 3, unpackedSize: bytes.length * 2 };
}

async function write(bytes: Buffer, stored: StoredPackage, chunk = 1000): Promise<void> {
  const writer = await store.begin();
  for (let at = 0; at < bytes.length; at += chunk) await writer.write(bytes.subarray(at, at + chunk));
  await writer.commit(stored);
}

async function readBack(digest: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of store.read(digest)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("the package store", () => {
  it("gives back the bytes that were written, and says what they are", async () => {
    const bytes = randomBytes(10_500);
    const stored = packageOf(bytes);
    await write(bytes, stored);
    expect(await store.find(stored.sha256)).toEqual(stored);
    expect(await store.has(stored.release.sha256)).toBe(true);
    expect(await readBack(stored.release.sha256)).toEqual(bytes);
  });

  it("shows nothing of what is not committed, and leaves nothing of what was given up", async () => {
    const bytes = randomBytes(3_000);
    const stored = packageOf(bytes);
    const before = await db.packageBlob.count();
    const writer = await store.begin();
    await writer.write(bytes);
    expect(await store.find(stored.sha256)).toBeNull();
    expect(await store.has(stored.release.sha256)).toBe(false);
    expect(await readBack(stored.release.sha256)).toHaveLength(0);
    await writer.abort();
    expect(await db.packageBlob.count()).toBe(before);
    expect(await db.packageChunk.count({ where: { blob: { releaseSha256: null } } })).toBe(0);
  });

  it("keeps the same bytes once, written by many at the same time", async () => {
    const bytes = randomBytes(5_000);
    const stored = packageOf(bytes);
    await Promise.all([1, 2, 3, 4, 5].map((n) => write(bytes, stored, n * 700)));
    expect(await db.packageBlob.count({ where: { releaseSha256: stored.release.sha256 } })).toBe(1);
    expect(await db.packageBlob.count({ where: { releaseSha256: null } })).toBe(0);
    expect(await readBack(stored.release.sha256)).toEqual(bytes);
  });

  it("knows two packages by the one release that they became", async () => {
    const bytes = randomBytes(2_000);
    const first = packageOf(bytes);
    const zip: StoredPackage = { ...first, sha256: sha256(randomBytes(8)), kind: "zip" };
    await write(bytes, first);
    await write(bytes, zip);
    expect(await store.find(zip.sha256)).toEqual(zip);
    expect(await store.find(first.sha256)).toEqual(first);
  });
});
