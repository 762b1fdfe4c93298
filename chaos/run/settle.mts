/** Brings the world to rest: nothing is broken any more, and a person decides what waits for one. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { SERVICES } from "../plan/fleet.mjs";
import type { Client } from "../traffic/client.mjs";
import type { World } from "../world/world.mjs";

const WITHIN_MS = 150_000;
const LOOK_EVERY_MS = 1_000;
/** An instance whose process was killed stays down: a deployment that has no room because of it waits for five minutes, then for a person. */
const LOOKS_WITHOUT_ROOM = 10;

const live = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      allowed_actions: z.array(z.string()),
      gate: z.number().nullable(),
      waiting_for: z.object({ code: z.string() }).nullable(),
    }),
  ),
});

/** Resolves when no rollout lives, or after its patience: then the checker says which ones do. */
export async function settle(world: World, client: Client, signal: AbortSignal): Promise<void> {
  await world.mend();
  for (const service of SERVICES) await client.ask("DELETE", `/services/${service}/hold`);
  const resumed = new Set<string>();
  const withoutRoom = new Map<string, number>();
  for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; ) {
    const answer = await client.ask("GET", "/rollouts?status=live&limit=500");
    const { items } = live.parse(answer?.body ?? { items: [] });
    if (answer !== null && items.length === 0) return;
    for (const { id } of items.filter(({ waiting_for: waits }) => waits?.code === "min_healthy")) {
      withoutRoom.set(id, (withoutRoom.get(id) ?? 0) + 1);
      if (withoutRoom.get(id) === LOOKS_WITHOUT_ROOM) await client.ask("POST", `/rollouts/${id}/actions`, { action: "abort" });
    }
    for (const { id, allowed_actions: allowed, gate } of items.filter((rollout) => rollout.status === "paused")) {
      const again = !resumed.has(id) && allowed.includes("resume");
      const action = allowed.includes("promote") ? "promote" : again ? "resume" : "abort";
      resumed.add(id);
      await client.ask("POST", `/rollouts/${id}/actions`, { action, ...(action === "promote" ? { wave: gate } : {}) });
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
