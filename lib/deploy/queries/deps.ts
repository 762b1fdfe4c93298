import type { Health } from "../ports";
import type { ReadStore } from "../ports/reads";
import type { Rollbacks } from "../ports/rollbacks";

/** What the queries ask. */
export interface QueryDeps {
  readonly reads: ReadStore;
  readonly rollbacks: Rollbacks;
  readonly health: Health;
  /** Asks a worker to put an instance's health question on its host; null = no answer within five seconds. */
  askOnHost(instance: string): Promise<boolean | null>;
}
