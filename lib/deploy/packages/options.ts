import type { AddressRules } from "./address-rules";

/** Bounds of one archive, judged while it is read. */
export interface ArchiveLimits {
  /** Names in the archive, together with the folders that they imply. */
  readonly maxEntries: number;
  readonly maxUnpackedBytes: number;
  /** Unpacked bytes for each byte of the archive, judged past `ratioFloorBytes`. */
  readonly maxRatio: number;
  readonly ratioFloorBytes: number;
}

export interface PackagesOptions extends AddressRules {
  /** Bytes of a package, as declared and as counted. Default 1 GiB. */
  readonly maxBytes?: number;
  readonly archive?: Partial<ArchiveLimits>;
  /** Whole time of `ask`, in milliseconds. Default 10 s. */
  readonly askTimeoutMs?: number;
  /** Whole time of `fetch`, retries included. Default 15 min. */
  readonly fetchTimeoutMs?: number;
  /** Longest silence of a server, before its headers or within its body. Default 20 s. */
  readonly stallTimeoutMs?: number;
  /** Connections that `fetch` opens again after a cut, a stall, or a 429, 502, 503 or 504. Default 4. */
  readonly retries?: number;
  /** Wait before the first of them; it doubles each time. Default 250 ms. */
  readonly retryDelayMs?: number;
  /** Existing folder for a zip while it is turned into a tar.gz; the file is removed at once afterwards. */
  readonly spoolFolder: string;
  /** Kept on this machine's disk so that a release sent to many hosts is read once from the store; null keeps none. */
  readonly cache: CacheOptions | null;
}

export interface CacheOptions {
  /** Made where it is missing; several processes may share it. */
  readonly folder: string;
  readonly maxBytes: number;
  /** Told when the disk cannot hold a copy (full, read-only): the release then comes straight from the store. */
  readonly onProblem?: (error: Error) => void;
}

export type ResolvedOptions = Omit<Required<PackagesOptions>, "archive"> & { readonly archive: ArchiveLimits };

const MIB = 1024 * 1024;

const ARCHIVE_LIMITS: ArchiveLimits = {
  maxEntries: 100_000,
  maxUnpackedBytes: 4096 * MIB,
  maxRatio: 200,
  ratioFloorBytes: 64 * MIB,
};

export function withDefaults(options: PackagesOptions): ResolvedOptions {
  return {
    allowPrivate: options.allowPrivate,
    allowLoopback: options.allowLoopback,
    maxBytes: options.maxBytes ?? 1024 * MIB,
    archive: { ...ARCHIVE_LIMITS, ...options.archive },
    askTimeoutMs: options.askTimeoutMs ?? 10_000,
    fetchTimeoutMs: options.fetchTimeoutMs ?? 15 * 60_000,
    stallTimeoutMs: options.stallTimeoutMs ?? 20_000,
    retries: options.retries ?? 4,
    retryDelayMs: options.retryDelayMs ?? 250,
    spoolFolder: options.spoolFolder,
    cache: options.cache,
  };
}
