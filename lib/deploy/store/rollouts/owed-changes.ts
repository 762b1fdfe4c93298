import type { InFlight } from "../../domain/rollout-state";
import type { Owed } from "../../domain/take-over";
import type { Snapshot } from "../../ports/rollouts";
import type { Tx } from "../database";

/** Which change of an instance a transaction on its host was: the attempt that began it, and what for. */
export async function changeOf(
  tx: Tx,
  instance: string,
  name: string,
): Promise<Pick<InFlight, "rollout" | "attempt" | "opener"> & { readonly requestedBy: string }> {
  const at = name.lastIndexOf(":");
  const [id, attempt] = [name.slice(0, at), Number(name.slice(at + 1))];
  const rollout = await tx.rollout.findUniqueOrThrow({ where: { id }, select: { requestedBy: true, kind: true } });
  const target = await tx.rolloutTarget.findUnique({
    where: { rolloutId_instanceId: { rolloutId: id, instanceId: instance } },
    select: { direction: true, attempt: true },
  });
  const back = target?.direction === "back" && target.attempt === attempt;
  const opener = rollout.kind === "rollback" ? "rollback" : back ? "put_back" : "deployment";
  return { rollout: id, attempt, opener, requestedBy: rollout.requestedBy };
}

/** The newest of each instance that may have begun on its host. After its instances were locked: then nobody settles them meanwhile. */
export async function owedChanges(tx: Tx, { targets }: Pick<Snapshot, "targets">): Promise<Owed> {
  const debts = await tx.owed.findMany({
    where: { instanceId: { in: targets.map(({ instance }) => instance) }, settledAt: null, duty: { in: ["record", "restore"] } },
    orderBy: { id: "asc" },
  });
  const changes = new Map<string, InFlight>();
  for (const { instanceId, tx: name, version, revision } of debts) {
    const { requestedBy: _, ...change } = await changeOf(tx, instanceId, name);
    changes.set(instanceId, { ...change, tx: name, to: { version, revision }, own: false });
  }
  return changes;
}
