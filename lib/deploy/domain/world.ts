/** What a decision is made on, beside the rollout itself. */
import type { ServiceLoad } from "./budget";
import type { Failure } from "./errors";
import type { StepDone } from "./step-outcome";

export interface World {
  /** Milliseconds of the database's clock. */
  readonly now: number;
  readonly load: ServiceLoad;
  /** Instances seen to be down, or to have been started again, after they verified: instance → when. */
  readonly fallen: ReadonlyMap<string, number>;
  /** Those of the fallen that their hosts started again: another process runs than was verified. */
  readonly restarted: ReadonlySet<string>;
  /** The package of a deployment: still being fetched, bound to the version, or refused. */
  readonly packages:
    | { readonly kind: "working" }
    /** `fetched`: what was checked just now; left out where the version was bound before. */
    | { readonly kind: "ready"; readonly fetched?: { readonly sha256: string; readonly size: number } }
    | { readonly kind: "refused"; readonly failure: Failure };
  /** Instances with a step that is not done. */
  readonly pending: ReadonlySet<string>;
  readonly done: readonly StepDone[];
}
