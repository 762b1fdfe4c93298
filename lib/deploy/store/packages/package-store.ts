/** The `PackageStore` port: package bytes in PostgreSQL, so that every worker and every backup has them. */
import { randomUUID } from "node:crypto";
import type { ArchiveKind, PackageStore, PackageWriter, StoredPackage } from "../../ports";
import { type Database, databaseErrorCode } from "../database";
import type { Package as PackageRow } from "../generated/client";

export function createPackageStore(db: Database): PackageStore {
  return {
    find: async (sha256) => {
      const row = await db.package.findUnique({ where: { sha256 } });
      return row && (await hasBlob(db, row.releaseSha256)) ? packageOf(row) : null;
    },
    begin: () => begin(db),
    read: (releaseSha256) => read(db, releaseSha256),
    has: (releaseSha256) => hasBlob(db, releaseSha256),
    sizeOf: async (releaseSha256) => {
      const row = await db.package.findFirst({ where: { releaseSha256 } });
      return row && (await hasBlob(db, releaseSha256)) ? Number(row.releaseSize) : null;
    },
  };
}

function packageOf(row: PackageRow): StoredPackage {
  return {
    sha256: row.sha256,
    size: Number(row.size),
    kind: kindOf(row.kind),
    release: { sha256: row.releaseSha256, size: Number(row.releaseSize) },
    files: row.files,
    unpackedSize: Number(row.unpackedSize),
  };
}

function kindOf(kind: string): ArchiveKind {
  return kind === "zip" ? "zip" : "tar.gz";
}

async function hasBlob(db: Database, releaseSha256: string): Promise<boolean> {
  return (await db.packageBlob.count({ where: { releaseSha256 } })) > 0;
}

/** A writer that died leaves a blob without a digest: nobody sees it, and it is deleted when it is a day old. */
async function begin(db: Database): Promise<PackageWriter> {
  const id = randomUUID();
  await db.$executeRaw`DELETE FROM package_blobs WHERE release_sha256 IS NULL AND started_at < clock_timestamp() - interval '1 day'`;
  await db.packageBlob.create({ data: { id } });
  let n = 0;
  return {
    write: async (chunk) => {
      await db.packageChunk.create({ data: { blobId: id, n, bytes: new Uint8Array(chunk) } });
      n += 1;
    },
    commit: async (stored) => {
      try {
        await db.$transaction(async (tx) => {
          const known = await tx.packageBlob.count({ where: { releaseSha256: stored.release.sha256 } });
          if (known > 0) await tx.packageBlob.delete({ where: { id } });
          else await tx.packageBlob.update({ where: { id }, data: { releaseSha256: stored.release.sha256 } });
          await tx.package.upsert({ where: { sha256: stored.sha256 }, create: rowOf(stored), update: {} });
        });
      } catch (error) {
        if (databaseErrorCode(error) !== "23505") throw error;
        // Somebody else committed the same bytes meanwhile: theirs serve as well.
        await db.packageBlob.deleteMany({ where: { id } });
        await db.package.upsert({ where: { sha256: stored.sha256 }, create: rowOf(stored), update: {} });
      }
    },
    abort: async () => {
      await db.packageBlob.deleteMany({ where: { id } });
    },
  };
}

function rowOf(stored: StoredPackage): PackageRow & { storedAt: Date } {
  return {
    sha256: stored.sha256,
    size: BigInt(stored.size),
    kind: stored.kind,
    releaseSha256: stored.release.sha256,
    releaseSize: BigInt(stored.release.size),
    files: stored.files,
    unpackedSize: BigInt(stored.unpackedSize),
    storedAt: new Date(),
  };
}

async function* read(db: Database, releaseSha256: string): AsyncIterable<Buffer> {
  const blob = await db.packageBlob.findUnique({ where: { releaseSha256 } });
  if (!blob) return;
  for (let n = 0; ; n += 1) {
    const chunk = await db.packageChunk.findUnique({ where: { blobId_n: { blobId: blob.id, n } } });
    if (!chunk) return;
    yield Buffer.from(chunk.bytes);
  }
}
