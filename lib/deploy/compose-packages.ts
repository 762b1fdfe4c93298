import path from "node:path";
import type { Config } from "@/lib/config";
import { createPackages } from "./packages/store-backed-packages";
import type { Packages } from "./ports";
import type { Database } from "./store/database";
import { createPackageStore } from "./store/packages/package-store";

const CACHE_BYTES = 2 * 1024 ** 3;

/** Where packages are unpacked on their way into the store. Whoever fetches makes it first. */
export const spoolOf = (config: Config): string => path.join(config.dataFolder, "spool");

/** Packages in the store, with copies on this machine's disk that its processes share. */
export function composePackages(config: Config, db: Database, onProblem: (error: Error) => void): Packages {
  const cache = { folder: path.join(config.dataFolder, "cache"), maxBytes: CACHE_BYTES, onProblem };
  return createPackages(createPackageStore(db), { ...config.packages, spoolFolder: spoolOf(config), cache });
}
