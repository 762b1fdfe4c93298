import type { Readable } from "node:stream";

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Keeps what a program prints, at most 64 MiB of it, as text for whoever calls the result. `tooLong` is told when there is more. */
export function collect(stream: Readable, tooLong: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_OUTPUT) tooLong();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
