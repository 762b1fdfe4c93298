import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../domain/errors";
import type { PackageStore, StoredPackage } from "../ports";
import { archiveKind, KIND_BYTES } from "./archive-kind";
import { checkTarGz } from "./check-tar-gz";
import { ChunkedWriter } from "./chunked-writer";
import { type Download, download, Reconnects, StartAgain } from "./download";
import { guardedAgent } from "./guarded-agent";
import type { ResolvedOptions } from "./options";
import { parsePackageUrl, shownUrl } from "./package-url";
import { peek } from "./peek";
import { invalidUrl } from "./reasons";
import { repackZip } from "./repack-zip";

interface Wanted {
  readonly expectSha256: string | null;
  readonly signal?: AbortSignal;
}

/**
 * Streams a package into the store; see `Packages.fetch`. Without a look at the network where the store has `expectSha256`
 * already. An aborted `signal` throws its reason, and nothing is kept.
 */
export async function fetchPackage(
  text: string,
  wanted: Wanted,
  store: PackageStore,
  options: ResolvedOptions,
): Promise<StoredPackage> {
  const known = wanted.expectSha256 === null ? null : await store.find(wanted.expectSha256);
  if (known !== null) return known;
  const url = parsePackageUrl(text, options);
  const dispatcher = guardedAgent(options, options.stallTimeoutMs);
  const timeout = AbortSignal.timeout(options.fetchTimeoutMs);
  const signal = wanted.signal === undefined ? timeout : AbortSignal.any([timeout, wanted.signal]);
  const reconnects = new Reconnects(options.retries, options.retryDelayMs);
  const how: Download = { dispatcher, signal, rules: options, maxBytes: options.maxBytes, reconnects };
  try {
    for (;;) {
      try {
        return await fromTheStart(url, how, wanted.expectSha256, store, options);
      } catch (error) {
        // Each of these was paid for with a reconnect, so their number is bounded.
        if (!(error instanceof StartAgain)) throw timeout.aborted ? invalidUrl("timeout", { url: shownUrl(url) }, error) : error;
      }
    }
  } finally {
    await dispatcher.destroy();
  }
}

async function fromTheStart(
  url: URL,
  how: Download,
  expectSha256: string | null,
  store: PackageStore,
  options: ResolvedOptions,
): Promise<StoredPackage> {
  const { first, all } = await peek(download(url, how), KIND_BYTES);
  switch (archiveKind(first)) {
    case "tar.gz":
      return await storing(store, (chunks) => keepTarGz(all, expectSha256, chunks, options));
    case "zip":
      return await keepZip(all, expectSha256, store, options);
    case null:
      await all.return(undefined);
      throw invalidUrl("not_an_archive", { url: shownUrl(url) });
  }
}

async function keepTarGz(
  bytes: AsyncIterable<Buffer>,
  expectSha256: string | null,
  chunks: ChunkedWriter,
  options: ResolvedOptions,
): Promise<StoredPackage> {
  const contents = await checkTarGz(bytes, (piece) => chunks.write(piece), options.archive);
  const release = await chunks.finish();
  checkDigest(expectSha256, release.sha256);
  return { ...release, kind: "tar.gz", release, ...contents };
}

async function keepZip(
  bytes: AsyncIterable<Buffer>,
  expectSha256: string | null,
  store: PackageStore,
  options: ResolvedOptions,
): Promise<StoredPackage> {
  const file = join(options.spoolFolder, `package-${randomUUID()}.zip`);
  try {
    const spooled = await spool(bytes, file);
    checkDigest(expectSha256, spooled.sha256);
    const known = await store.find(spooled.sha256);
    if (known !== null) return known;
    return await storing(store, async (chunks) => {
      const contents = await repackZip(file, (piece) => chunks.write(piece), options.archive);
      return { ...spooled, kind: "zip", release: await chunks.finish(), ...contents };
    });
  } finally {
    await rm(file, { force: true });
  }
}

/** What `fill` wrote becomes known to the store, unless it knows the package already; whatever fails leaves nothing behind. */
async function storing(store: PackageStore, fill: (chunks: ChunkedWriter) => Promise<StoredPackage>): Promise<StoredPackage> {
  const writer = await store.begin();
  let committed = false;
  try {
    const stored = await fill(new ChunkedWriter(writer));
    const known = await store.find(stored.sha256);
    if (known !== null) return known;
    await writer.commit(stored);
    committed = true;
    // Another process may have stored the same zip in between, as a tar.gz of its own zlib: its release is the one to use.
    return (await store.find(stored.sha256)) ?? stored;
  } finally {
    if (!committed) await writer.abort();
  }
}

async function spool(bytes: AsyncIterable<Buffer>, file: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of bytes) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  await pipeline(counted, createWriteStream(file, { flags: "wx", mode: 0o600 }));
  return { sha256: hash.digest("hex"), size };
}

function checkDigest(expected: string | null, actual: string): void {
  if (expected !== null && expected !== actual) throw new SlipwayError("package_digest_mismatch", { expected, actual });
}
