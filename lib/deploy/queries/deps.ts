import type { Health } from "../ports";
import type { HostCandidate, HostCheckResult } from "../ports/host-check";
import type { HostFinder } from "../ports/jobs";
import type { ReadStore } from "../ports/reads";
import type { Rollbacks } from "../ports/rollbacks";

/** What the queries ask. */
export interface QueryDeps {
  readonly reads: ReadStore;
  readonly rollbacks: Rollbacks;
  readonly health: Health;
  /** Asks a worker to put an instance's health question on its host; null = no answer within five seconds. */
  askOnHost(instance: string): Promise<boolean | null>;
  /** Has a worker look at a host; null = no worker answered within ten seconds. */
  lookAtHost(host: HostCandidate): Promise<HostCheckResult | null>;
  readonly hosts: Pick<HostFinder, "find">;
}
