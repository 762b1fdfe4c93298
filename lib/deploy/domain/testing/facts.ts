/** A rollout and its targets in any state, for tables. */
import { FRESH_MEMORY, FRESH_PROGRESS, type Rollout, type Target } from "../rollout-state";
import { resolveStrategy } from "../strategy";

export function aRollout(change: Partial<Rollout> = {}): Rollout {
  const kind = change.kind ?? "deployment";
  return {
    id: "ro-1",
    kind,
    service: "shop",
    version: "2",
    status: "running",
    statusReason: null,
    strategy: resolveStrategy(kind, 4, {}, {}),
    requestedBy: "ann",
    createdAt: 0,
    startedAt: null,
    completedAt: null,
    scheduledUntil: null,
    restart: false,
    takesBack: null,
    heldBy: null,
    supersededBy: null,
    hold: false,
    changed: false,
    progress: { ...FRESH_PROGRESS, wave: 1, packageReady: true },
    ...change,
  };
}

export function aTarget(
  instance: string,
  change: Partial<Omit<Target, "memory">> & { readonly memory?: Partial<Target["memory"]> } = {},
): Target {
  return {
    instance,
    host: `host-${instance}`,
    wave: 1,
    from: { version: "1", revision: 1 },
    to: { version: "2", revision: 1 },
    status: "waiting",
    attempt: 1,
    generation: 1,
    direction: "forward",
    holding: true,
    changed: false,
    answeredBefore: true,
    confirmedDown: false,
    versionNow: null,
    failure: null,
    startedAt: null,
    endedAt: null,
    ...change,
    memory: { ...FRESH_MEMORY, ...change.memory },
  };
}
