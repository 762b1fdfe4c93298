/** A console with one service on the hosts of a lab, one instance each, and a worker in a process of its own. */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../lib/config";
import { demoSettings } from "../../lib/demo/catalogue";
import { type Core, composeCore } from "../../lib/deploy/compose";
import type { StrategyChoice } from "../../lib/deploy/domain/strategy";
import { TestShelf } from "../../lib/deploy/engine/testing/shelf";
import { createPackages } from "../../lib/deploy/packages/store-backed-packages";
import { createPackageStore } from "../../lib/deploy/store/packages/package-store";
import { createRolloutStore } from "../../lib/deploy/store/rollouts/rollout-store";
import type { Lab, LabHost } from "../../lib/lab/lab";
import { databaseTime } from "../cpu.mjs";
import type { Scratch, Undo } from "../scratch.mjs";
import { timelineOf, totalOf } from "../timeline.mjs";
import type { Contestant } from "./contestant.mjs";
import { spentBy, spentOnHosts } from "./processor.mjs";
import { type Release, SERVICE } from "./release.mjs";
import { startWorker, type WorkerProcess } from "./worker-process.mjs";

const BENCH = { name: "bench" };
const PORT = 8100;
const GRACE_S = 1;
const LONGEST_S = 400;
const ALL_AT_ONCE = { preset: "all_at_once" } as const;

export class Slipway {
  private constructor(
    private readonly scratch: Scratch,
    private readonly core: Core,
    private readonly shelf: TestShelf,
    readonly worker: WorkerProcess,
    private readonly hosts: readonly LabHost[],
  ) {}

  static async open(scratch: Scratch, lab: Lab, undo: Undo): Promise<Slipway> {
    const data = join(scratch.folder, "data");
    await mkdir(data);
    const settings = {
      DATABASE_URL: scratch.databaseUrl,
      SLIPWAY_DATA: data,
      SLIPWAY_TRUSTED_AFTER: "0",
      SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
      SLIPWAY_SSH_KEYS: lab.keys,
    };
    const core = composeCore(readConfig(settings), { onProblem: (error) => console.error("console:", error) });
    undo(() => core.close());
    const shelf = await TestShelf.open();
    undo(() => shelf.close());
    const slipway = new Slipway(scratch, core, shelf, await startWorker(settings, undo), lab.hosts);
    await Promise.race([slipway.register(), slipway.worker.fallen]);
    return slipway;
  }

  private async register(): Promise<void> {
    const { core, hosts } = this;
    await core.createService(BENCH, { name: SERVICE, labels: {}, settings: demoSettings(process.execPath) });
    for (const { host } of hosts) {
      const { ssh, ...rest } = host;
      const { host_key: hostKey, ...access } = ssh;
      await core.addHost(BENCH, { ...rest, ssh: { ...access, hostKey }, zone: null, labels: {} });
    }
    const instances = hosts.map(({ host }) => ({ id: host.name, host: host.name, port: PORT, labels: {} }));
    await core.registerInstances(BENCH, SERVICE, instances);
    while ((await core.db.worker.count()) === 0) await sleep(50);
  }

  /** The package comes into the store and the version is bound to it, as an earlier deployment would have left it. */
  async keep({ version, bytes }: Release): Promise<void> {
    const { core, scratch } = this;
    const url = this.shelf.put(nameOf(version), bytes);
    const packages = createPackages(createPackageStore(core.db), {
      ...core.config.packages,
      spoolFolder: scratch.folder,
      cache: null,
    });
    const stored = await packages.fetch(url, { expectSha256: null });
    await createRolloutStore(core.db).bindVersion({ service: SERVICE, version, url, expectSha256: null, barrier: null }, stored);
  }

  asContestant(): Contestant {
    return {
      verifies: "asked",
      deploy: async ({ version }) => {
        await this.succeeded(await this.deploy(version));
        return undefined;
      },
      back: async ({ version }) => {
        const id = await this.rollBack(version);
        await this.succeeded(id);
        return totalOf(await timelineOf(this.core, id, GRACE_S));
      },
      spent: () => ({
        here: spentBy(process.pid) + spentBy(this.worker.pid) + databaseTime(this.scratch.postmaster),
        hosts: spentOnHosts(this.hosts),
      }),
    };
  }

  /** Resolves with its id at the end of the deployment, however it ended. */
  async deploy(version: string, strategy: StrategyChoice = ALL_AT_ONCE): Promise<string> {
    const deployId = `deploy-${randomUUID()}`;
    await this.core.startDeployment(BENCH, { deployId, service: SERVICE, version, ...this.where(version), strategy });
    await this.ended(deployId);
    return deployId;
  }

  private async rollBack(targetVersion: string): Promise<string> {
    const rollbackId = `rollback-${randomUUID()}`;
    const strategy = { ...ALL_AT_ONCE, graceSeconds: GRACE_S };
    const asked = { rollbackId, service: SERVICE, targetVersion, ...this.where(targetVersion), strategy };
    await this.core.startRollback(BENCH, asked);
    await this.ended(rollbackId);
    return rollbackId;
  }

  /** Milliseconds from a rollout's acceptance until each of its instances that came so far was verified. */
  async verifiedAfter(id: string): Promise<readonly number[]> {
    const { createdAt } = await this.core.db.rollout.findUniqueOrThrow({ where: { id } });
    const targets = await this.core.db.rolloutTarget.findMany({ where: { rolloutId: id, status: "succeeded" } });
    return targets.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt.getTime() - createdAt.getTime()]));
  }

  private where(version: string) {
    return { instances: this.hosts.map(({ host }) => host.name), packageUrl: this.shelf.urlOf(nameOf(version)) };
  }

  private async ended(id: string): Promise<void> {
    const there = await Promise.race([this.core.waitForEnd(id, LONGEST_S), this.worker.fallen]);
    if (!there) throw new Error(`${id} does not end`);
  }

  private async succeeded(id: string): Promise<void> {
    const { status, statusReason } = await this.core.queries.rollout(id);
    if (status !== "succeeded") throw new Error(`${id} is ${status}: ${JSON.stringify(statusReason)}`);
  }
}

const nameOf = (version: string) => `${SERVICE}-${version}.tar.gz`;
