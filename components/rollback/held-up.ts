import type { RolloutWire } from "@/lib/api/contract";

/** What every rollout waits for on its way; its counts tell that it goes on. */
const ON_ITS_WAY = ["grace", "preparing", "packages", "instances", "bake", "reverting"];

/** What a live rollout waits for that its counts do not tell: a host that does not answer, a person, a worker. Null while it goes on. */
export function heldUpBy({ waiting_for }: Pick<RolloutWire, "waiting_for">): RolloutWire["waiting_for"] {
  return waiting_for === null || ON_ITS_WAY.includes(waiting_for.code) ? null : waiting_for;
}
