import type { Readable } from "node:stream";
import { SlipwayError } from "../domain/errors";
import type { Packages } from "../ports";

/** A release's bytes: from the store, else fetched from where the version's package came from. Throws `package_digest_mismatch`. */
export async function openRelease(
  packages: Packages,
  source: { readonly url: string; readonly sha256: string | null },
  releaseSha256: string,
  signal?: AbortSignal,
): Promise<Readable> {
  const kept = await packages.open(releaseSha256);
  if (kept) return kept;
  await packages.fetch(source.url, { expectSha256: source.sha256, signal });
  const fetched = await packages.open(releaseSha256);
  if (!fetched) throw new SlipwayError("package_digest_mismatch", { expected: releaseSha256 });
  return fetched;
}
