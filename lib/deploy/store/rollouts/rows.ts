/** Rows of `rollouts` and `rollout_targets` as the domain knows them, and back. */
import type { Failure } from "../../domain/errors";
import type { Coded, Progress, Release, Rollout, Target, TargetMemory } from "../../domain/rollout-state";
import type { Strategy } from "../../domain/strategy";
import type { Rollout as RolloutRow, RolloutTarget as TargetRow } from "../generated/client";
import { stored } from "../json";

export function rolloutOf(row: RolloutRow): Rollout {
  return {
    id: row.id,
    kind: row.kind,
    service: row.service,
    version: row.version,
    status: row.status,
    statusReason: stored<Coded | null>(row.statusReason),
    strategy: stored<Strategy>(row.strategy),
    requestedBy: row.requestedBy,
    createdAt: row.createdAt.getTime(),
    startedAt: row.startedAt?.getTime() ?? null,
    completedAt: row.completedAt?.getTime() ?? null,
    scheduledUntil: row.scheduledUntil?.getTime() ?? null,
    restart: row.restart,
    takesBack: row.takesBack,
    heldBy: row.heldBy,
    supersededBy: row.supersededBy,
    hold: row.hold,
    changed: row.changed,
    progress: stored<Progress>(row.progress),
  };
}

export function targetOf(row: TargetRow): Target {
  return {
    instance: row.instanceId,
    host: row.host,
    wave: row.wave,
    from: releaseOf(row.fromVersion, row.fromRevision),
    to: { version: row.toVersion, revision: row.toRevision },
    status: row.status,
    attempt: row.attempt,
    generation: Number(row.generation),
    direction: row.direction,
    holding: row.holding,
    changed: row.changed,
    answeredBefore: row.answeredBefore,
    confirmedDown: row.confirmedDown,
    versionNow: row.versionNow,
    failure: stored<Failure | null>(row.failure),
    memory: stored<TargetMemory>(row.memory),
    startedAt: row.startedAt?.getTime() ?? null,
    endedAt: row.endedAt?.getTime() ?? null,
  };
}

export function releaseOf(version: string | null, revision: number | null): Release | null {
  return version === null || revision === null ? null : { version, revision };
}

export function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** A target as a record for `jsonb_to_recordset`. */
export function recordOf(target: Target): Readonly<Record<string, unknown>> {
  return {
    instance_id: target.instance,
    from_version: target.from?.version ?? null,
    from_revision: target.from?.revision ?? null,
    status: target.status,
    attempt: target.attempt,
    generation: target.generation,
    direction: target.direction,
    holding: target.holding,
    changed: target.changed,
    answered_before: target.answeredBefore,
    confirmed_down: target.confirmedDown,
    version_now: target.versionNow,
    failure: target.failure,
    memory: target.memory,
    started_at: dateOf(target.startedAt),
    ended_at: dateOf(target.endedAt),
  };
}
