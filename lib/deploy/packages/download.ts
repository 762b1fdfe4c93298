import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { SlipwayError } from "../domain/errors";
import type { AddressRules } from "./address-rules";
import { parseContentLength, parseContentRange } from "./content-range";
import { networkFailure } from "./network-failure";
import { shownUrl } from "./package-url";
import { invalidUrl, tooLarge, type UrlReason, urlReason } from "./reasons";
import { type Answer, call, discard } from "./request";

const TRANSIENT_STATUSES: readonly number[] = [429, 502, 503, 504];
const TRANSIENT_REASONS: readonly UrlReason[] = ["reset", "timeout", "connection_refused", "unreachable"];

export interface Download {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly rules: AddressRules;
  readonly maxBytes: number;
  /** Shared by every attempt of one fetch. */
  readonly reconnects: Reconnects;
}

/** The bytes given progress far cannot be continued: the server cannot resume, or it has other bytes now. */
export class StartAgain extends Error {
  override readonly name = "StartAgain";
}

/** How often a connection may be opened again, with a doubling wait before each. */
export class Reconnects {
  private used = 0;
  constructor(
    private readonly limit: number,
    private readonly firstDelayMs: number,
  ) {}

  /** False when none is left; else waits. An aborted `signal` throws. */
  async take(signal: AbortSignal): Promise<boolean> {
    if (this.used >= this.limit) return false;
    await sleep(this.firstDelayMs * 2 ** this.used, undefined, { signal });
    this.used += 1;
    return true;
  }
}

/**
 * The bytes of a package in order. A cut or silent connection is opened again and resumed by range where the server gave a
 * validator (RFC 9110 13.1.5, `If-Range`); else `StartAgain` says that the bytes must be read from the start.
 * Throws SlipwayError `invalid_package_url`, or `package_too_large` as soon as the size is declared or counted.
 */
export async function* download(url: URL, options: Download): AsyncGenerator<Buffer> {
  const progress: Progress = { received: 0, validator: null, total: null };
  for (;;) {
    try {
      yield* oneConnection(url, progress, options);
      return;
    } catch (error) {
      const failure = networkFailure(error, url);
      options.signal.throwIfAborted();
      if (!isTransient(failure) || !(await options.reconnects.take(options.signal))) throw failure;
      // A range without `If-Range` could be a piece of other bytes.
      if (progress.received > 0 && progress.validator === null)
        throw new StartAgain("the server gave no validator", { cause: failure });
    }
  }
}

interface Progress {
  received: number;
  validator: string | null;
  total: number | null;
}

async function* oneConnection(url: URL, progress: Progress, { maxBytes, ...options }: Download): AsyncGenerator<Buffer> {
  const resuming = progress.received > 0;
  const headers: Record<string, string> = resuming
    ? { range: `bytes=${progress.received}-`, "if-range": progress.validator ?? "" }
    : {};
  const answer = await call(url, { ...options, method: "GET", headers });
  try {
    if (resuming) continues(answer, progress);
    else begins(answer, progress);
    if (progress.total !== null && progress.total > maxBytes) throw tooLarge(progress.total, maxBytes);
    const chunks: AsyncIterable<Buffer> = answer.body;
    for await (const chunk of chunks) {
      progress.received += chunk.length;
      if (progress.received > maxBytes) throw tooLarge(progress.received, maxBytes);
      yield chunk;
    }
    if (progress.total !== null && progress.received < progress.total) throw invalidUrl("reset", { url: shownUrl(answer.url) });
    if (progress.received === 0) throw invalidUrl("empty", { url: shownUrl(answer.url) });
  } finally {
    discard(answer);
  }
}

function begins(answer: Answer, progress: Progress): void {
  if (answer.status !== 200) throw invalidUrl("status", { url: shownUrl(answer.url), status: answer.status });
  progress.total = parseContentLength(answer.header("content-length"));
  progress.validator = validatorOf(answer);
}

function continues(answer: Answer, progress: Progress): void {
  if (TRANSIENT_STATUSES.includes(answer.status)) begins(answer, progress);
  const range = answer.status === 206 ? parseContentRange(answer.header("content-range")) : null;
  if (range === null || range.start !== progress.received || (progress.total !== null && range.total !== progress.total)) {
    throw new StartAgain(`status ${answer.status} where a range was asked`);
  }
  const validator = validatorOf(answer);
  if (validator !== null && validator !== progress.validator) throw new StartAgain("the package changed while it was read");
}

/** Only a strong validator may be given back in `If-Range` (RFC 9110 13.1.5). */
function validatorOf(answer: Answer): string | null {
  const etag = answer.header("etag");
  if (etag !== null) return etag.startsWith('"') ? etag : null;
  return answer.header("last-modified");
}

function isTransient(failure: unknown): boolean {
  const reason = urlReason(failure);
  if (reason !== "status") return TRANSIENT_REASONS.some((transient) => transient === reason);
  return failure instanceof SlipwayError && TRANSIENT_STATUSES.some((status) => status === failure.params.status);
}
