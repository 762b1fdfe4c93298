import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

const CLOSED_BY_READER = ["EPIPE", "ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"] as const;

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}

/**
 * Gives a program its stdin. A program that ended without reading all of it has answered, and its answer says why: only a source that
 * breaks rejects, with its own error.
 */
export async function feed(program: Writable, stdin: string | Readable | undefined): Promise<void> {
  try {
    await pipeline(stdin instanceof Readable ? stdin : Readable.from(stdin ? [stdin] : []), program);
  } catch (error) {
    if (!hasCode(error, CLOSED_BY_READER) || sourceFailed(stdin)) throw error;
  }
}

/** The source itself failed, rather than being closed because nobody read it any more. */
function sourceFailed(stdin: string | Readable | undefined): boolean {
  return stdin instanceof Readable && stdin.errored !== null && !hasCode(stdin.errored, CLOSED_BY_READER);
}
