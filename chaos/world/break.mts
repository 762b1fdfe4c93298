/** Carries faults out. What lasts for a while ends by itself, in the background. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../plan/faults.mjs";
import type { HostName } from "../plan/fleet.mjs";
import { INSTANCES } from "../plan/fleet.mjs";
import { pickAt } from "../plan/random.mjs";
import { processesOfInstance } from "./hosts.mjs";
import { killIfThere } from "./leftovers.mjs";
import type { Part } from "./part.mjs";
import type { World } from "./world.mjs";

const SHELL_WITHIN_MS = 4_000;

export interface FaultHooks {
  /** Just before a worker is killed. */
  beforeWorkerDies(worker: Part): Promise<void>;
  cutStreams(): number;
  processKilled(instance: string): void;
}

/** True when something was really broken: a process that does not run cannot be killed. */
export async function breakSomething(world: World, fault: Fault, hooks: FaultHooks, signal: AbortSignal): Promise<boolean> {
  const wait = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);
  switch (fault.fault) {
    case "kill_worker": {
      const worker = pickAt(world.workers, (fault.which - 1) / world.workers.length);
      if (worker.pid === null) return false;
      await hooks.beforeWorkerDies(worker);
      return killed(worker, fault.awayMs, wait);
    }
    case "kill_web":
      return killed(pickAt(world.webs, (fault.which - 1) / world.webs.length).part, fault.awayMs, wait);
    case "kill_database": {
      if (!(await world.database.kill())) return false;
      await wait(fault.awayMs);
      await world.database.start();
      return true;
    }
    case "freeze_worker":
      return frozen(pickAt(world.workers, (fault.which - 1) / world.workers.length), fault.forMs, wait);
    case "freeze_web":
      return frozen(pickAt(world.webs, (fault.which - 1) / world.webs.length).part, fault.forMs, wait);
    case "cut_connections":
      return cutConnections(world, fault.share, fault.at);
    case "cut_streams":
      return hooks.cutStreams() > 0;
    case "host_hangs":
      return hostIs(world, fault.host, "hangs", fault.forMs, "", wait);
    case "host_silent":
      return hostIs(world, fault.host, "silent", fault.forMs, "", wait);
    case "host_slow":
      return hostIs(world, fault.host, "slow", fault.forMs, String(fault.delayMs / 1000), wait);
    case "disk_full": {
      if (!world.hosts.haveDisks) return false;
      world.hosts.fillDisk(fault.host);
      await wait(fault.forMs);
      await world.hosts.emptyDisk(fault.host);
      return true;
    }
    case "shell_killed": {
      for (const deadline = performance.now() + SHELL_WITHIN_MS; performance.now() < deadline && !signal.aborted; ) {
        if (world.hosts.killShell(fault.host) !== null) return true;
        await wait(50);
      }
      return false;
    }
    case "shell_dies_at":
      await world.hosts.breakHost(fault.host, "dies", fault.entry);
      return true;
    case "process_killed": {
      const instance = INSTANCES.find(({ id }) => id === fault.instance);
      if (instance === undefined) return false;
      hooks.processKilled(instance.id);
      return processesOfInstance(world.hosts.root(instance.host), instance.id).filter((pid) => killIfThere(pid)).length > 0;
    }
    case "shelf_stalls":
    case "shelf_truncates":
    case "shelf_lies": {
      world.shelf.break(fault.fault === "shelf_stalls" ? "stalls" : fault.fault === "shelf_lies" ? "lies" : "truncated");
      await wait(fault.forMs);
      world.shelf.break("none");
      return true;
    }
    default:
      return fault satisfies never;
  }
}

async function killed(part: Part, awayMs: number, wait: (ms: number) => Promise<void>): Promise<boolean> {
  if (!(await part.kill())) return false;
  await wait(awayMs);
  part.start();
  return true;
}

async function frozen(part: Part, forMs: number, wait: (ms: number) => Promise<void>): Promise<boolean> {
  if (!part.freeze()) return false;
  await wait(forMs);
  part.wake();
  return true;
}

async function hostIs(
  { hosts }: World,
  host: HostName,
  what: "hangs" | "silent" | "slow",
  forMs: number,
  how: string,
  wait: (ms: number) => Promise<void>,
): Promise<boolean> {
  await hosts.breakHost(host, what, how);
  await wait(forMs);
  await hosts.mendHost(host, what);
  return true;
}

async function cutConnections({ database }: World, share: number, at: number): Promise<boolean> {
  let client: Awaited<ReturnType<typeof database.connect>>;
  try {
    client = await database.connect();
  } catch {
    return false; // the database itself is away
  }
  try {
    const { rows } = await client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'chaos' ORDER BY pid",
    );
    const many = Math.ceil(rows.length * share);
    const first = Math.floor(at * rows.length);
    const chosen = [...rows, ...rows].slice(first, first + many).map(({ pid }) => pid);
    await client.query("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", [chosen]);
    return chosen.length > 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}
