/** Something that happens once, and that others wait for. */
export class Signal {
  readonly happened: Promise<void>;
  #settle: (() => void) | undefined;

  constructor() {
    this.happened = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  give(): void {
    this.#settle?.();
  }
}
