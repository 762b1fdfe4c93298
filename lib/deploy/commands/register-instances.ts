import { type FieldError, SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import type { CatalogueTx, NewInstance } from "../ports/catalogue";
import { audited, type CatalogueDeps } from "./audited";
import { existingService } from "./service-checks";

/**
 * Makes instances known, all or none. They wait for their first version. An id is never used twice, not even after it was
 * retired: a history belongs to one instance.
 * @throws SlipwayError `service_not_found`; `invalid_request` for an id or port named twice; `host_not_found` (retired or
 * draining hosts too); `already_exists` for an id that was used or a port that is taken, naming each
 */
export async function registerInstances(
  deps: CatalogueDeps,
  actor: Actor,
  service: string,
  instances: readonly NewInstance[],
): Promise<void> {
  await audited(
    deps,
    { actor, action: "register_instances", subject: service, params: { instances: instances.map((each) => each.id) } },
    async (tx) => {
      refuseDoubles(instances);
      await existingService(tx, service);
      await refuseUnknownHosts(tx, instances);
      await refuseTaken(tx, instances);
      await tx.insertInstances(service, instances);
      return instances.map(({ id, host, port }) => ({
        code: "instance_registered",
        params: { port },
        service,
        instanceId: id,
        host,
      }));
    },
  );
}

function refuseDoubles(instances: readonly NewInstance[]): void {
  const fields = [
    ...doubled(instances, "instance_id", (each) => each.id),
    ...doubled(instances, "port", (each) => `${each.host}:${each.port}`),
  ];
  if (fields.length > 0) throw new SlipwayError("invalid_request", {}, { fields });
}

function doubled(
  instances: readonly NewInstance[],
  field: string,
  key: (instance: NewInstance) => string,
): readonly FieldError[] {
  const seen = new Set<string>();
  return instances.flatMap((instance, index) => {
    if (!seen.has(key(instance))) {
      seen.add(key(instance));
      return [];
    }
    return [{ pointer: `/instances/${index}/${field}`, code: "duplicate", params: { value: key(instance) } }];
  });
}

async function refuseUnknownHosts(tx: CatalogueTx, instances: readonly NewInstance[]): Promise<void> {
  const hosts = await tx.lockHosts([...new Set(instances.map((each) => each.host))]);
  const usable = new Set(hosts.filter((host) => host.state === "active").map((host) => host.name));
  const missing = [...new Set(instances.map((each) => each.host))].filter((name) => !usable.has(name));
  if (missing.length > 0) throw new SlipwayError("host_not_found", { host: missing.join(", ") });
}

async function refuseTaken(tx: CatalogueTx, instances: readonly NewInstance[]): Promise<void> {
  const used = new Set(await tx.usedIds(instances.map((each) => each.id)));
  const taken = await tx.takenPorts([...new Set(instances.map((each) => each.host))]);
  const holderOf = new Map(taken.map(({ host, port, id }) => [`${host}:${port}`, id]));
  const fields = instances.flatMap(({ id, host, port }, index): FieldError[] => {
    if (used.has(id)) return [{ pointer: `/instances/${index}/instance_id`, code: "used_before", params: { value: id } }];
    const holder = holderOf.get(`${host}:${port}`);
    return holder === undefined
      ? []
      : [{ pointer: `/instances/${index}/port`, code: "port_taken", params: { value: `${host}:${port}`, by: holder } }];
  });
  if (fields.length > 0)
    throw new SlipwayError("already_exists", { name: fields.map((field) => String(field.params?.value)).join(", ") }, { fields });
}
