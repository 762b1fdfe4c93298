export interface Peeked {
  /** At least as many bytes as asked for, fewer only where there are no more. */
  readonly first: Buffer;
  /** Everything, from the first byte. */
  readonly all: AsyncGenerator<Buffer>;
}

/** Looks at the first bytes of a stream without losing them. Whoever does not read `all` to its end must `return` it. */
export async function peek(bytes: AsyncGenerator<Buffer>, count: number): Promise<Peeked> {
  let first = Buffer.alloc(0);
  while (first.length < count) {
    const next = await bytes.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (first.length > 0) yield first;
      yield* bytes;
    } finally {
      await bytes.return(undefined);
    }
  }
  return { first, all: all() };
}
