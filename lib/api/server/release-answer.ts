import type { Readable } from "node:stream";
import { wantedRange } from "@/lib/byte-range";
import { bytesFrom } from "@/lib/bytes-from";

export interface ReleaseBytes {
  readonly sha256: string;
  readonly size: number;
  open(): Promise<Readable>;
}

/** A release's bytes, or the range of them that was asked for: a transfer that was cut goes on from there. */
export async function releaseAnswer(request: Request, { sha256, size, open }: ReleaseBytes): Promise<Response> {
  const headers = new Headers({
    etag: `"${sha256}"`,
    "accept-ranges": "bytes",
    "content-type": "application/gzip",
    // Nothing on the way is to keep it, or to pack it again.
    "cache-control": "no-store, no-transform",
  });
  const range = wantedRange(request.headers.get("range"), size);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range !== null) headers.set("content-range", `bytes ${start}-${end}/${size}`);
  headers.set("content-length", String(end - start + 1));
  const status = range === null ? 200 : 206;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  return new Response(streamOf(bytesFrom(await open(), start), end - start + 1), { status, headers });
}

/** The first so many bytes, read as they are asked for. Whoever leaves closes the source. */
function streamOf(source: Readable, bytes: number): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  let left = bytes;
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) throw new Error("the release became shorter while it was read");
      const part = next.value.subarray(0, left);
      left -= part.length;
      if (part.length > 0) controller.enqueue(part);
      if (left > 0) return;
      source.destroy();
      controller.close();
    },
    cancel: () => {
      source.destroy();
    },
  });
}
