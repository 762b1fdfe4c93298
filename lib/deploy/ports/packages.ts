/** Packages: asked for, fetched, checked, kept, and given to hosts. */
import type { Readable } from "node:stream";
import type { HostRef } from "./host";

export type ArchiveKind = "tar.gz" | "zip";

export interface PackageAnswer {
  /** After redirects. */
  readonly url: string;
  /** Declared bytes, null when the server does not say. */
  readonly size: number | null;
  /** By the first bytes where the server gave them. */
  readonly kind: ArchiveKind | null;
}

export interface StoredPackage {
  /** Digest of the bytes as they were fetched: what a version is bound to. */
  readonly sha256: string;
  readonly size: number;
  readonly kind: ArchiveKind;
  /** Digest and size of the tar.gz that goes to hosts: the same bytes for a tar.gz, made once and deterministically from a zip. */
  readonly release: { readonly sha256: string; readonly size: number };
  readonly files: number;
  readonly unpackedSize: number;
}

export interface Packages {
  /** Really asks the URL: HEAD, else a ranged GET; at most 10 s. Throws SlipwayError invalid_package_url or package_too_large. */
  ask(url: string): Promise<PackageAnswer>;
  /** Streams it into the store, checking size, type by content and every entry. Throws SlipwayError invalid_package_url, package_too_large, unsafe_package, package_digest_mismatch. */
  fetch(url: string, options: { readonly expectSha256: string | null; readonly signal?: AbortSignal }): Promise<StoredPackage>;
  /** What the store has under the digest of the fetched bytes. */
  find(sha256: string): Promise<StoredPackage | null>;
  /** The release's tar.gz as a stream; null when the store does not have it. */
  open(releaseSha256: string): Promise<Readable | null>;
  /** Its bytes; null when the store does not have it. */
  sizeOf(releaseSha256: string): Promise<number | null>;
}

/** What links to releases are signed with, and the time by which they are over: both the same for every process. */
export type ReleaseKey = () => Promise<{ readonly secret: Uint8Array; readonly nowMs: number }>;

export interface SignedLink {
  readonly sha256: string;
  /** Seconds since 1970, as written in the link. */
  readonly expires: string;
  readonly signature: string;
}

/** Links with which hosts fetch releases from the console by themselves. */
export interface ReleaseLinks {
  reachableFrom(host: HostRef): "reachable" | "no_address" | "loopback_address";
  /** An address for a release that works for a quarter of an hour. It opens the package to whoever knows it: it belongs in no log. */
  linkTo(releaseSha256: string): Promise<string>;
  /** Whether this installation has signed it, and it is not over. */
  isValid(link: SignedLink): Promise<boolean>;
}

/** Where package bytes are kept (PostgreSQL, in chunks), content-addressed. */
export interface PackageStore {
  find(sha256: string): Promise<StoredPackage | null>;
  /** Writes chunks as they come under a temporary name; nothing is visible until `commit`. */
  begin(): Promise<PackageWriter>;
  read(releaseSha256: string): AsyncIterable<Buffer>;
  has(releaseSha256: string): Promise<boolean>;
  /** Bytes of a release; null when it is not kept. */
  sizeOf(releaseSha256: string): Promise<number | null>;
}

export interface PackageWriter {
  write(chunk: Buffer): Promise<void>;
  /** Makes the bytes known under their release digest, and the package under its own. The same digests twice: the second is dropped. */
  commit(stored: StoredPackage): Promise<void>;
  abort(): Promise<void>;
}
