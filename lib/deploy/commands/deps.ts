import type { Actor, Packages } from "../ports";
import type { RolloutStore } from "../ports/rollouts";

/** What the commands that start and change rollouts need of the world. */
export interface RolloutDeps {
  readonly store: RolloutStore;
  readonly packages: Pick<Packages, "ask">;
  /** A version that ran shorter than this is not yet trusted as a rollback target, in seconds. */
  readonly trustedAfterS: number;
}

export type RolloutCommand<Request, Answer> = (deps: RolloutDeps, actor: Actor, request: Request) => Promise<Answer>;
