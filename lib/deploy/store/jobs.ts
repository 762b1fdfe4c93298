/** Ordinary jobs on pg-boss, in the same PostgreSQL as everything else. */
import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import type { JobName, Jobs, JobWorker } from "../ports/jobs";
import type { Prisma } from "./generated/client";
import { stored } from "./json";

const NAMES: readonly JobName[] = ["prune", "prune-host", "check-instance", "check-host"];
/** Jobs that mostly wait for a host are done side by side. */
const AT_ONCE: Partial<Record<JobName, number>> = { "check-host": 8 };
const LOOK_AGAIN_MS = 50;

/** `role`: a web process only sends and asks, a worker also works, schedules and tidies up. */
export async function openJobs(url: string, role: "web" | "worker", onProblem: (error: unknown) => void): Promise<JobWorker> {
  const works = role === "worker";
  const boss = new PgBoss({
    connectionString: url,
    max: works ? 4 : 2,
    supervise: works,
    schedule: works,
    useListenNotify: works,
  });
  boss.on("error", onProblem);
  await boss.start();
  // A job that its worker did not end is tried again by itself; each of them may be done twice.
  for (const name of NAMES)
    await boss.createQueue(name, {
      retryLimit: 2,
      expireInSeconds: 600,
      retentionSeconds: 3600,
      deleteAfterSeconds: 3600,
      notify: true,
    });
  return {
    send: async (name, data) => {
      await boss.send(name, data);
    },
    ask: (name, data, withinMs) => ask(boss, name, data, withinMs),
    work: async (name, handler) => {
      await boss.work<Jobs[typeof name]["data"]>(
        name,
        { pollingIntervalSeconds: 2, batchSize: 1, localConcurrency: AT_ONCE[name] ?? 1 },
        async ([job]) => (job ? await handler(job.data) : null),
      );
    },
    schedule: (name, cron, data) => boss.schedule(name, cron, data),
    close: () => boss.stop({ graceful: works, timeout: 5_000 }),
  };
}

async function ask<Name extends JobName>(
  boss: PgBoss,
  name: Name,
  data: Jobs[Name]["data"],
  withinMs: number,
): Promise<Jobs[Name]["answer"] | null> {
  const id = await boss.send(name, data, { retryLimit: 0, expireInSeconds: Math.max(1, Math.ceil(withinMs / 1000)) });
  const until = performance.now() + withinMs;
  while (id !== null && performance.now() < until) {
    const [job] = await boss.findJobs<object>(name, { id });
    if (job?.state === "completed") {
      const answer: Prisma.JsonValue = JSON.parse(JSON.stringify(job.output));
      return stored<Jobs[Name]["answer"]>(answer);
    }
    if (job?.state === "failed" || job?.state === "cancelled") return null;
    await sleep(LOOK_AGAIN_MS);
  }
  return null;
}
