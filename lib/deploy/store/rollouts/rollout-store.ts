/** The `RolloutStore` port over PostgreSQL. */
import type { ServiceSettings } from "../../domain/settings";
import type { RolloutStore } from "../../ports/rollouts";
import type { Database } from "../database";
import { stored } from "../json";
import { adoptInstance } from "../observations/adoption";
import { accept, actOn } from "./accept";
import { decideOn } from "./decisions";
import { claimRollouts, claimSteps, finishSteps, releaseRollouts, releaseSteps, renewRollouts, renewSteps } from "./leases";
import { createPlanReads } from "./plan-reads";
import { bindVersion, packageOf } from "./versions";

export function createRolloutStore(db: Database): RolloutStore {
  return {
    reads: createPlanReads(db),
    accept: (actor, id, service, request, make) => accept(db, actor, id, service, request, make),
    actOn: (actor, id, expectedSeq, act) => actOn(db, actor, id, expectedSeq, act),
    adopt: (actor, instance) => adoptInstance(db, actor, instance),
    claimRollouts: (owner, limit, leaseMs) => claimRollouts(db, owner, limit, leaseMs),
    renewRollouts: (owner, ids, leaseMs) => renewRollouts(db, owner, ids, leaseMs),
    releaseRollouts: (owner, ids) => releaseRollouts(db, owner, ids),
    decideOn: (claimed, decide) => decideOn(db, claimed, decide),
    packageOf: (id) => packageOf(db, id),
    bindVersion: (wish, bytes) => bindVersion(db, wish, bytes),
    claimSteps: (owner, limit, leaseMs) => claimSteps(db, owner, limit, leaseMs),
    renewSteps: (owner, ids, leaseMs) => renewSteps(db, owner, ids, leaseMs),
    finishSteps: (owner, outcomes) => finishSteps(db, owner, outcomes),
    releaseSteps: (owner, ids) => releaseSteps(db, owner, ids),
    settings: async (service, revision) => {
      const row = await db.settingsRevision.findUniqueOrThrow({ where: { service_revision: { service, revision } } });
      return stored<ServiceSettings>(row.settings);
    },
  };
}
