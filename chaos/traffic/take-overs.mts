/** How long the rollouts of a killed worker wait until another one decides for them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Part } from "../world/part.mjs";
import type { World } from "../world/world.mjs";

const LOOK_EVERY_MS = 100;
const GIVE_UP_MS = 90_000;

export interface TakeOver {
  readonly rollout: string;
  readonly ms: number;
  /** The database was away, or no worker was awake, for a part of it: the time says nothing of the lease. */
  readonly disturbed: boolean;
}

interface Owned {
  readonly id: string;
  readonly lease_owner: string;
}

export class TakeOvers {
  readonly measured: TakeOver[] = [];
  readonly #watching = new Set<Promise<void>>();

  constructor(
    private readonly world: World,
    /** Nothing is watched after it. */
    private readonly over: AbortSignal,
  ) {}

  /** Call it just before the worker is killed: what it drives then is watched. */
  async watch(worker: Part): Promise<void> {
    const owned = await this.world.database.look<Owned>(
      `SELECT r.id, r.lease_owner FROM rollouts r JOIN workers w ON w.id = r.lease_owner
       WHERE w.pid = $1 AND r.completed_at IS NULL AND r.lease_until > clock_timestamp()`,
      [worker.pid],
    );
    const watching = this.#follow(owned ?? [], performance.now());
    this.#watching.add(watching);
    void watching.finally(() => this.#watching.delete(watching));
  }

  /** Resolves when nothing is watched any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#watching);
  }

  async #follow(owned: readonly Owned[], since: number): Promise<void> {
    const left = new Map(owned.map(({ id, lease_owner }) => [id, lease_owner]));
    let disturbed = false;
    while (left.size > 0 && performance.now() - since < GIVE_UP_MS && !this.over.aborted) {
      const rows = await this.#look([...left.keys()]);
      disturbed ||= rows === null || this.world.workers.every((worker) => worker.pid === null || worker.isFrozen);
      for (const { id, lease_owner, ended } of rows ?? []) {
        if (!ended && (lease_owner === null || lease_owner === left.get(id))) continue;
        left.delete(id);
        this.#note({ rollout: id, ms: Math.round(performance.now() - since), disturbed });
      }
      await sleep(LOOK_EVERY_MS);
    }
    for (const id of left.keys()) this.#note({ rollout: id, ms: GIVE_UP_MS, disturbed });
  }

  #note(takeOver: TakeOver): void {
    this.measured.push(takeOver);
    this.world.log.write("take-over", { ...takeOver });
  }

  /** One that rests, waiting for a person, was taken over as well: there is nothing to drive. */
  #look(ids: readonly string[]) {
    return this.world.database.look<{ id: string; lease_owner: string | null; ended: boolean }>(
      "SELECT id, lease_owner, completed_at IS NOT NULL OR (status = 'paused' AND lease_owner IS NULL) AS ended FROM rollouts WHERE id = ANY($1)",
      [ids],
    );
  }
}

/** The time under which so many of a hundred stayed, in milliseconds; null when there is none. */
export function percentile(times: readonly number[], percent: number): number | null {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length) - 1, 0)] ?? null;
}
