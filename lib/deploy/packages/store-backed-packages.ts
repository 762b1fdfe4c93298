import { Readable } from "node:stream";
import type { PackageStore, Packages } from "../ports";
import { ask } from "./ask";
import { fetchPackage } from "./fetch";
import { type PackagesOptions, withDefaults } from "./options";
import { ReleaseCache } from "./release-cache";

/** The `Packages` port over a store. Nothing is read or written before it is used. */
export function createPackages(store: PackageStore, given: PackagesOptions): Packages {
  const options = withDefaults(given);
  const cache = options.cache === null ? null : new ReleaseCache(options.cache);

  return {
    ask: (url) => ask(url, options),
    fetch: (url, wanted) => fetchPackage(url, wanted, store, options),
    find: (sha256) => store.find(sha256),
    sizeOf: (releaseSha256) => store.sizeOf(releaseSha256),
    open: async (releaseSha256) => {
      const fromStore = () => Readable.from(store.read(releaseSha256), { objectMode: false });
      if (cache === null) return (await store.has(releaseSha256)) ? fromStore() : null;
      try {
        const copy = await cache.read(releaseSha256);
        if (copy !== null) return copy;
        if (!(await store.has(releaseSha256))) return null;
        return await cache.fill(releaseSha256, () => store.read(releaseSha256));
      } catch (error) {
        // A rollback must not fail because this machine's disk is full: only the copy is lost.
        if (!isDiskProblem(error)) throw error;
        options.cache?.onProblem?.(error);
        return (await store.has(releaseSha256)) ? fromStore() : null;
      }
    },
  };
}

const DISK_CODES = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "EMFILE", "ENFILE", "ENOTDIR", "EEXIST"];

function isDiskProblem(error: unknown): error is Error {
  return error instanceof Error && "code" in error && DISK_CODES.some((code) => code === error.code);
}
