import type { Transport } from "../ports";

/** The worker does not hold the step any more: nothing further of it is begun. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

export type StepTransport = Pick<Transport, "stage" | "activate" | "fence" | "inspect" | "stop">;

/** A transport that asks before every call whether the step is still this worker's, by its own monotonic clock. */
export function guardedTransport(transport: Transport, isHeld: () => boolean): StepTransport {
  const held = () => {
    if (!isHeld()) throw new LeaseLost("the lease of this step has run out");
    return transport;
  };
  return {
    stage: async (...args) => held().stage(...args),
    activate: async (...args) => held().activate(...args),
    fence: async (...args) => held().fence(...args),
    inspect: async (...args) => held().inspect(...args),
    stop: async (...args) => held().stop(...args),
  };
}
