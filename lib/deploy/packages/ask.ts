import type { PackageAnswer } from "../ports";
import { archiveKind, KIND_BYTES } from "./archive-kind";
import { parseContentLength, parseContentRange } from "./content-range";
import { guardedAgent } from "./guarded-agent";
import { networkFailure } from "./network-failure";
import type { ResolvedOptions } from "./options";
import { parsePackageUrl, shownUrl } from "./package-url";
import { invalidUrl, tooLarge, urlReason } from "./reasons";
import { type Answer, type Call, call, discard } from "./request";

/**
 * Really asks a package URL: HEAD, then the first bytes with a ranged GET, which alone decides where HEAD is refused or cut. A
 * server that ignores the range is read for those bytes and no further. Everything within `askTimeoutMs`.
 * The answer's `url` is for people: a query is left out of it. Throws SlipwayError `invalid_package_url`, `package_too_large`.
 */
export async function ask(text: string, options: ResolvedOptions): Promise<PackageAnswer> {
  const url = parsePackageUrl(text, options);
  const dispatcher = guardedAgent(options, options.askTimeoutMs);
  const shared = { dispatcher, signal: AbortSignal.timeout(options.askTimeoutMs), rules: options };
  try {
    const declared = await sizeByHead(url, { ...shared, method: "HEAD", headers: {} });
    if (declared !== null) checkSize(declared, url, options.maxBytes);
    const range = { range: `bytes=0-${KIND_BYTES - 1}` };
    const answer = await call(url, { ...shared, method: "GET", headers: range });
    return await judge(answer, declared, options.maxBytes);
  } finally {
    await dispatcher.destroy();
  }
}

/** Null where HEAD does not tell; what is wrong then shows in the GET. */
async function sizeByHead(url: URL, options: Call): Promise<number | null> {
  const answer = await call(url, options).catch((error: unknown) => {
    if (urlReason(error) === "reset") return null;
    throw error;
  });
  if (answer === null) return null;
  discard(answer);
  return isSuccess(answer) ? parseContentLength(answer.header("content-length")) : null;
}

async function judge(answer: Answer, declared: number | null, limit: number): Promise<PackageAnswer> {
  const { url, status } = answer;
  if (!isSuccess(answer)) {
    discard(answer);
    // RFC 9110 15.5.17: nothing to give even for the first byte.
    if (status === 416) throw invalidUrl("empty", { url: shownUrl(url) });
    throw invalidUrl("status", { url: shownUrl(url), status });
  }
  const range = status === 206 ? parseContentRange(answer.header("content-range")) : null;
  const size = (status === 206 ? range?.total : parseContentLength(answer.header("content-length"))) ?? declared;
  if (size !== null) checkSize(size, url, limit, answer);
  if (status === 206 && range?.start !== 0) {
    discard(answer);
    throw invalidUrl("bad_answer", { url: shownUrl(url) });
  }
  const first = await firstBytes(answer);
  if (first.length === 0) throw invalidUrl("empty", { url: shownUrl(url) });
  const kind = archiveKind(first);
  if (kind === null) throw invalidUrl("not_an_archive", { url: shownUrl(url) });
  return { url: shownUrl(url), size, kind };
}

function checkSize(size: number, url: URL, limit: number, answer?: Answer): void {
  if (size > 0 && size <= limit) return;
  if (answer !== undefined) discard(answer);
  throw size === 0 ? invalidUrl("empty", { url: shownUrl(url) }) : tooLarge(size, limit);
}

async function firstBytes(answer: Answer): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  try {
    const chunks: AsyncIterable<Buffer> = answer.body;
    for await (const chunk of chunks) {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= KIND_BYTES) break;
    }
    return bytes;
  } catch (error) {
    throw networkFailure(error, answer.url);
  } finally {
    discard(answer);
  }
}

function isSuccess(answer: Answer): boolean {
  return answer.status === 200 || answer.status === 206;
}
