/** At most so many at once; who comes first goes first. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private under = 0;

  constructor(private readonly most: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.under >= this.most) await new Promise<void>((go) => this.waiting.push(go));
    else this.under += 1;
    try {
      return await work();
    } finally {
      // Its place passes to the next one.
      const next = this.waiting.shift();
      if (next) next();
      else this.under -= 1;
    }
  }
}
