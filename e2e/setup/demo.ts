import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_STORY } from "../../lib/demo/story";
import type { RunningSlipway } from "./slipway";

const WITHIN_MS = 180_000;
const LOOK_AGAIN_MS = 250;

/**
 * Resolves when the demo's whole past has been played, every rollout ended as its story says.
 * @throws Error with what Slipway printed when one ended otherwise, or after three minutes.
 */
export async function demoIsThere({ url, output }: Pick<RunningSlipway, "url" | "output">): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (const { id, ends } of DEMO_STORY) {
    for (;;) {
      const status = await endOf(url, id);
      if (status === ends) break;
      if (status !== null) throw new Error(`The demo's ${id} ended ${status}, not ${ends}.\n${output()}`);
      if (performance.now() > deadline) throw new Error(`The demo's ${id} does not end.\n${output()}`);
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

/** Null while it does not exist or has not ended. */
async function endOf(url: string, id: string): Promise<string | null> {
  const answer = await fetch(`${url}/api/v1/rollouts/${id}`);
  if (answer.status === 404) return null;
  const rollout: { readonly status: string; readonly completed_at: string | null } = await answer.json();
  return rollout.completed_at === null ? null : rollout.status;
}
