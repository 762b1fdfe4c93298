import { createGunzip, type Gunzip } from "node:zlib";

const CHUNK_BYTES = 64 * 1024;

/**
 * Unpacks gzip as it comes: `seen` gets every packed piece, in order and before it is unpacked; `unpacked` gets what comes out.
 * Zeros after the end are seen and passed over, as gzip does; the stream classes alone would take them for a premature end.
 * Throws zlib's errors and whatever `packed`, `seen` and `unpacked` throw.
 */
export async function gunzip(
  packed: AsyncIterable<Buffer>,
  seen: (piece: Buffer) => Promise<void>,
  unpacked: (chunk: Buffer) => void,
): Promise<void> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  let ended = false;
  const reading = (async () => {
    const chunks: AsyncIterable<Buffer> = stream;
    for await (const chunk of chunks) unpacked(chunk);
    ended = true;
  })();
  // It may fail while the next piece is waited for; the race below, or the last line, reports it.
  reading.catch(() => undefined);
  try {
    for await (const piece of packed) {
      await seen(piece);
      if (!ended) await Promise.race([write(stream, piece), reading]);
    }
    stream.end();
    await reading;
  } finally {
    stream.destroy();
  }
}

function write(stream: Gunzip, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
