/** A worker as in use, in a process of its own, over hosts that take no time. Asked, it says what it has taken so far. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Client } from "pg";
import { readConfig } from "../../lib/config";
import { holderName } from "../../lib/deploy/engine/holder";
import { systemClock } from "../../lib/deploy/engine/system-clock";
import { createWorker } from "../../lib/deploy/engine/worker";
import { openDatabase } from "../../lib/deploy/store/database";
import { createObservationStore } from "../../lib/deploy/store/observations/observation-store";
import { createRolloutStore } from "../../lib/deploy/store/rollouts/rollout-store";
import { createWakeUps } from "../../lib/deploy/store/wake-ups";
import { nullHealth, nullLinks, nullPackages, nullTransport } from "./null-ports.mjs";

const SLOTS = 64;
const LOOK_MS = 50;

let statements = 0;
let peakBytes = 0;
Client.prototype.query = new Proxy(Client.prototype.query, {
  apply(query, client, args) {
    statements += 1;
    return Reflect.apply(query, client, args);
  },
});

const { databaseUrl, poolSize } = readConfig(process.env);
const db = openDatabase({ url: databaseUrl, poolSize });
const onProblem = (what: string, error: unknown) => console.error("problem:", what, String(error));
const id = process.argv.includes("elsewhere") ? randomUUID() : await holderName();
const worker = createWorker(
  {
    store: createRolloutStore(db),
    observations: createObservationStore(db),
    transport: nullTransport,
    packages: nullPackages,
    links: nullLinks,
    health: nullHealth,
    wakeUps: createWakeUps(databaseUrl, (error) => onProblem("wake-ups", error)),
    clock: systemClock,
  },
  { id, machine: hostname(), pid: process.pid, slots: SLOTS, onProblem },
);
const looking = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, LOOK_MS);
await worker.start();
while ((await db.worker.count({ where: { id } })) === 0) await systemClock.sleep(LOOK_MS);
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ statements, peakBytes, cpuMs: (user + system) / 1_000 });
});
process.once("SIGTERM", () => {
  stop().catch((error: unknown) => {
    onProblem("stopping", error);
    process.exitCode = 1;
  });
});
process.send?.("ready");

async function stop(): Promise<void> {
  clearInterval(looking);
  await worker.stop();
  await db.$disconnect();
  process.disconnect();
}
