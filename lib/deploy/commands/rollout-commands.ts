import type { Actor } from "../ports";
import { actOnRollout } from "./act-on-rollout";
import { adoptInstance } from "./adopt-instance";
import type { RolloutCommand, RolloutDeps } from "./deps";
import { preview } from "./preview";
import { restart } from "./restart";
import { startDeployment } from "./start-deployment";
import { startRollback } from "./start-rollback";
import { takeBack } from "./take-back";

/** Every command on rollouts, bound to what it needs. */
export function createRolloutCommands(deps: RolloutDeps) {
  const bound =
    <Request, Answer>(command: RolloutCommand<Request, Answer>) =>
    (actor: Actor, request: Request) =>
      command(deps, actor, request);
  return {
    startDeployment: bound(startDeployment),
    startRollback: bound(startRollback),
    takeBack: bound(takeBack),
    restart: bound(restart),
    preview: bound(preview),
    act: bound(actOnRollout),
    adopt: bound(adoptInstance),
  };
}
export type RolloutCommands = ReturnType<typeof createRolloutCommands>;
