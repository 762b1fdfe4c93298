import type { Health } from "../ports";
import type { ReadStore } from "../ports/reads";
import type { Rollbacks } from "../ports/rollbacks";

/** What the queries ask. */
export interface QueryDeps {
  readonly reads: ReadStore;
  readonly rollbacks: Rollbacks;
  readonly health: Health;
}
