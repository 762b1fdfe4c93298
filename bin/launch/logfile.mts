import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";

const LIMIT_BYTES = 10 * 1024 * 1024;
const PINO_ERROR = 50;

const errorLine = z.object({
  level: z.number().min(PINO_ERROR),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
});

/** Opens a log to append to; one that has grown long is set aside first, in place of the one set aside before. */
export function openLog(file: string): WriteStream {
  if (existsSync(file) && statSync(file).size > LIMIT_BYTES) renameSync(file, `${file}.1`);
  return createWriteStream(file, { flags: "a", mode: 0o600 });
}

/** Writes everything to the log and hands the messages of error lines on: the terminal stays quiet otherwise. */
export function record(output: Readable, log: WriteStream, onError: (message: string) => void): void {
  createInterface({ input: output }).on("line", (line) => {
    log.write(`${line}\n`);
    if (!line.startsWith("{")) return;
    const parsed = errorLine.safeParse(parse(line));
    if (parsed.success) onError(said(parsed.data));
  });
}

/** What failed, and why: the last line that the error says, since those of the database begin with the code that asked. */
function said({ msg, err }: z.infer<typeof errorLine>): string {
  const why = err?.message.trim().split("\n").at(-1) ?? "";
  return why === "" || msg.includes(why) ? msg : `${msg}: ${why}`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
