// @ts-check

/** Slipway cannot start, for a reason that the person at the terminal can mend: the message is one plain sentence, shown without a stack. */
export class Refusal extends Error {
  /** @override */
  name = "Refusal";
}
