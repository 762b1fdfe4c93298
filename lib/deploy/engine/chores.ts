/** Ordinary jobs that workers do: keeping hosts and the store tidy, and asking what only a host can tell. */
import { HostUnreachable, type Transport } from "../ports";
import type { HostChecker } from "../ports/host-check";
import type { HostFinder, JobWorker, Retention } from "../ports/jobs";

export interface ChorePorts {
  readonly jobs: JobWorker;
  readonly retention: Retention;
  readonly transport: Transport;
  readonly hosts: HostFinder;
  readonly checker: HostChecker;
}

/** Hourly, at a quiet minute. */
const PRUNE_CRON = "17 * * * *";
const CHECK_MS = 4_000;

export async function startChores({ jobs, retention, transport, hosts, checker }: ChorePorts): Promise<void> {
  await jobs.work("prune", async () => {
    for (const host of await retention.hosts()) await jobs.send("prune-host", { host });
    return { packages: await retention.prunePackages() };
  });
  await jobs.work("prune-host", async ({ host }) => {
    const found = await hosts.find(host);
    if (found === null) return { removed: 0 };
    const { removed } = await transport.prune(found, await retention.neededOn(host));
    return { removed: removed.length };
  });
  await jobs.work("check-instance", async ({ instance }) => {
    const host = await hosts.of(instance);
    if (host === null) return { answers: null };
    try {
      const [report] = await transport.inspect(host, [instance], { check: true, timeoutMs: CHECK_MS });
      return { answers: report?.answers ?? null };
    } catch (error) {
      if (error instanceof HostUnreachable) return { answers: null };
      throw error;
    }
  });
  await jobs.work("check-host", ({ host }) => checker.check(host));
  await jobs.schedule("prune", PRUNE_CRON, {});
}
