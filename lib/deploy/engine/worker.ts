/** One worker: owns rollouts, does steps, looks at the fleet, settles debts. Any number of them run on one database. */
import type { Clock, Health, Packages, ReleaseLinks, Transport } from "../ports";
import type { ObservationStore } from "../ports/observations";
import type { RolloutStore } from "../ports/rollouts";
import type { WakeUps } from "../ports/wake-ups";
import { StepExecutor } from "./executor";
import { isGone } from "./holder";
import { Loop, type OnProblem } from "./loop";
import { Monitor } from "./monitor";
import { Reconciler } from "./reconciler";
import { RolloutDriver } from "./rollout-driver";

export interface WorkerPorts {
  readonly store: RolloutStore;
  readonly observations: ObservationStore;
  readonly transport: Transport;
  readonly packages: Packages;
  readonly links: ReleaseLinks;
  readonly health: Health;
  readonly wakeUps: WakeUps;
  readonly clock: Clock;
}

export interface WorkerOptions {
  /** Unique to this process for ever: `holderName`. */
  readonly id: string;
  readonly machine: string;
  readonly pid: number;
  /** Steps done at once; as many again of what goes back. */
  readonly slots: number;
  /** Rollouts driven at once. */
  readonly mostOwned?: number | undefined;
  readonly onProblem: OnProblem;
}

export interface Worker {
  start(): Promise<void>;
  /** Begins nothing more and gives everything back. What is under way on hosts goes on there. */
  stop(): Promise<void>;
}

const ALIVE_MS = 2_000;
const BURY_MS = 1_000;

async function releaseTheDead(store: RolloutStore): Promise<void> {
  for (const holder of await store.leaseHolders()) if (await isGone(holder)) await store.releaseHolder(holder);
}

export function createWorker(ports: WorkerPorts, options: WorkerOptions): Worker {
  const { onProblem } = options;
  const driver = new RolloutDriver(ports, options.id, onProblem, options.mostOwned);
  const executor = new StepExecutor(ports, options.id, options.slots, onProblem);
  const monitor = new Monitor(ports, onProblem);
  const reconciler = new Reconciler(ports, onProblem);
  const alive = new Loop(
    "worker",
    ports.clock,
    ALIVE_MS,
    () => ports.observations.workerAlive(options.id, options.machine, options.pid),
    onProblem,
  );

  // A worker of this machine that was killed is replaced without waiting for its leases to run out.
  const burying = new Loop("leases of the dead", ports.clock, BURY_MS, () => releaseTheDead(ports.store), onProblem);

  function onWake(what: string): void {
    if (what === "steps" || what === "everything") executor.poke();
    if (what === "rollouts" || what === "everything") driver.poke(null);
    if (what.startsWith("rollout:")) driver.poke(what.slice("rollout:".length));
    if (what.startsWith("outcomes:")) driver.pokeOwn(what.slice("outcomes:".length));
  }

  return {
    start: async () => {
      alive.start();
      burying.start();
      driver.start();
      executor.start();
      monitor.start();
      reconciler.start();
      await ports.wakeUps.start(onWake);
    },
    stop: async () => {
      await ports.wakeUps.stop();
      await driver.stop();
      await executor.stop();
      await Promise.all([monitor.stop(), reconciler.stop(), alive.stop(), burying.stop()]);
      await ports.observations.workerStopped(options.id);
    },
  };
}
