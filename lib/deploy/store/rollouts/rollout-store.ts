/** The `RolloutStore` port over PostgreSQL. */
import type { RolloutStore } from "../../ports/rollouts";
import type { Database } from "../database";
import { adoptInstance } from "../observations/adoption";
import { accept } from "./accept";
import { actOn } from "./act-on";
import { decideOn } from "./decisions";
import { leaseHolders, releaseHolder } from "./holders";
import { claimRollouts, claimSteps, finishSteps, releaseRollouts, releaseSteps, renewRollouts, renewSteps } from "./leases";
import { createPlanReads } from "./plan-reads";
import { OwnersMemory } from "./remembered";
import { createSettingsReader } from "./settings";
import { markVerifying } from "./verifying";
import { bindVersion, packageOf } from "./versions";

export function createRolloutStore(db: Database): RolloutStore {
  const memory = new OwnersMemory();
  return {
    reads: createPlanReads(db),
    accept: (actor, id, service, request, make) => accept(db, actor, id, service, request, make),
    actOn: (actor, id, expectedSeq, act) => actOn(db, actor, id, expectedSeq, act),
    adopt: (actor, instance) => adoptInstance(db, actor, instance),
    claimRollouts: (owner, limit, leaseMs, onlyRollbacks = false) => claimRollouts(db, owner, limit, leaseMs, onlyRollbacks),
    renewRollouts: (owner, ids, leaseMs) => renewRollouts(db, owner, ids, leaseMs),
    releaseRollouts: (owner, ids) => releaseRollouts(db, owner, ids),
    leaseHolders: () => leaseHolders(db),
    releaseHolder: (owner) => releaseHolder(db, owner),
    decideOn: (claimed, decide) => decideOn(db, memory, claimed, decide),
    packageOf: (id) => packageOf(db, id),
    bindVersion: (wish, bytes) => bindVersion(db, wish, bytes),
    claimSteps: (owner, limit, leaseMs, onlyBack = false) => claimSteps(db, owner, limit, leaseMs, onlyBack),
    renewSteps: (owner, ids, leaseMs) => renewSteps(db, owner, ids, leaseMs),
    finishSteps: (owner, outcomes) => finishSteps(db, owner, outcomes),
    markVerifying: (owner, steps) => markVerifying(db, owner, steps),
    releaseSteps: (owner, ids) => releaseSteps(db, owner, ids),
    settings: createSettingsReader(db),
  };
}
