/** The `RolloutStore` port over PostgreSQL. */
import type { ServiceSettings } from "../../domain/settings";
import type { RolloutStore } from "../../ports/rollouts";
import { adoptInstance } from "../observations/adoption";
import type { Database } from "../database";
import { stored } from "../json";
import { accept, actOn } from "./accept";
import { decideOn } from "./decisions";
import { claimRollouts, claimSteps, finishSteps, nextStepAt, releaseRollouts, releaseSteps, renewRollouts, renewSteps } from "./leases";
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
    releaseRollouts: (owner) => releaseRollouts(db, owner),
    decideOn: (claimed, decide) => decideOn(db, claimed, decide),
    packageOf: (id) => packageOf(db, id),
    bindVersion: (wish, bytes) => bindVersion(db, wish, bytes),
    claimSteps: (owner, limit, leaseMs) => claimSteps(db, owner, limit, leaseMs),
    renewSteps: (owner, ids, leaseMs) => renewSteps(db, owner, ids, leaseMs),
    finishSteps: (owner, outcomes) => finishSteps(db, owner, outcomes),
    releaseSteps: (owner, ids) => releaseSteps(db, owner, ids),
    nextStepAt: () => nextStepAt(db),
    settings: async (service, revision) => {
      const row = await db.settingsRevision.findUniqueOrThrow({ where: { service_revision: { service, revision } } });
      return stored<ServiceSettings>(row.settings);
    },
    releaseOf: async (service, version) => {
      const row = await db.version.findUnique({ where: { service_version: { service, version } } });
      return row ? { sha256: row.releaseSha256, size: Number(row.releaseSize), packageUrl: row.packageUrl, packageSha256: row.packageSha256 } : null;
    },
    versionsByRelease: async (service) => {
      const rows = await db.version.findMany({ where: { service }, select: { version: true, releaseSha256: true } });
      const byRelease = new Map<string, string[]>();
      for (const row of rows) byRelease.set(row.releaseSha256, [...(byRelease.get(row.releaseSha256) ?? []), row.version]);
      return byRelease;
    },
  };
}
