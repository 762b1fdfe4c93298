/** The engine's entry: one worker, and the demo where it is asked for. */
import path from "node:path";
import pino from "pino";
import { readConfig } from "./lib/config";
import { Demo } from "./lib/demo/demo";
import { composeCore } from "./lib/deploy/compose";
import { composeWorker } from "./lib/deploy/compose-worker";

const config = readConfig(process.env);
const log = pino({ name: "worker", level: config.log });
const onProblem = (what: string, error: unknown) => log.error({ err: error }, what);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopping.abort());

const worker = await composeWorker(config, onProblem);
const demo = config.demo ? await openDemo() : null;
await demo?.boot();
await worker.start();
log.info("the worker runs");
const played = demo?.play().catch((error: unknown) => {
  if (!stopping.signal.aborted) onProblem("demo", error);
});

await new Promise<void>((resolve) => {
  if (stopping.signal.aborted) resolve();
  else stopping.signal.addEventListener("abort", () => resolve(), { once: true });
});
await played;
// The engine first: it would take the demo's going off for a failure, and write that down.
await worker.stop();
await demo?.powerOff();
await demo?.close();
await worker.close();
log.info("the worker stopped");

async function openDemo() {
  const core = composeCore(config, { onProblem: (error) => onProblem("demo", error) });
  const place = {
    shelfFolder: path.join(config.dataFolder, "shelf"),
    shelfUrl: `http://${process.env.HOST ?? "127.0.0.1"}:${process.env.PORT ?? "3000"}/shelf`,
    appFolder: path.join(import.meta.dirname, "lib", "demo", "app"),
    hostsFolder: path.join(config.dataFolder, "hosts"),
    node: process.execPath,
    basePort: config.demoPort,
  };
  const opened = await Demo.open(core, worker.transport, place, async (step) => {
    const value = { active: true, step };
    await core.db.note.upsert({ where: { key: "demo" }, create: { key: "demo", value }, update: { value } });
  });
  return {
    boot: () => opened.boot(),
    play: () => opened.play(stopping.signal),
    powerOff: () => opened.powerOff(),
    close: () => core.close(),
  };
}
