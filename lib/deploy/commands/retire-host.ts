import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import { audited, type CatalogueDeps } from "./audited";

const NAMED = 10;

/**
 * Takes a host out of every list. Retiring it again changes nothing.
 * @throws SlipwayError `host_not_found`, or `in_use` while it has instances
 */
export async function retireHost(deps: CatalogueDeps, actor: Actor, name: string): Promise<void> {
  await audited(deps, { actor, action: "retire_host", subject: name }, async (tx) => {
    const [host] = await tx.lockHosts([name]);
    if (host === undefined) throw new SlipwayError("host_not_found", { host: name });
    if (host.state === "retired") return [];
    const instances = await tx.instancesOn(name, NAMED);
    if (instances.length > 0) throw new SlipwayError("in_use", { name, by: instances });
    await tx.setHostState(name, "retired");
    return [{ code: "host_retired", host: name }];
  });
}
