import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";

/**
 * A draining host takes no new instances; what runs there goes on, and is deployed to as before. `draining` false opens it again.
 * Saying what is so already changes nothing.
 * @throws SlipwayError `host_not_found`, also for a retired one
 */
export async function drainHost(deps: CatalogueDeps, actor: Actor, name: string, draining: boolean): Promise<void> {
  const state = draining ? "draining" : "active";
  await audited(deps, { actor, action: "drain_host", subject: name, params: { state } }, async (tx) => {
    const [host] = await tx.lockHosts([name]);
    if (host === undefined || host.state === "retired") throw new SlipwayError("host_not_found", { host: name });
    if (host.state === state) return [];
    await tx.setHostState(name, state);
    return [{ code: draining ? "host_drained" : "host_opened", host: name }];
  });
}
