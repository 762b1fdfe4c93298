import { pipeline, type Readable, Transform } from "node:stream";

/** What `source` gives, through `passage`. A source that breaks destroys it with its error, and whoever reads it hears of it. */
export function through(source: Readable, passage: Transform): Readable {
  pipeline(source, passage, (error) => {
    if (error) passage.destroy(error);
  });
  return passage;
}

/** The bytes of `source` from `offset` on. */
export function bytesFrom(source: Readable, offset: number): Readable {
  if (offset === 0) return source;
  let skip = offset;
  return through(
    source,
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const dropped = Math.min(skip, chunk.length);
        skip -= dropped;
        done(null, chunk.subarray(dropped));
      },
    }),
  );
}
