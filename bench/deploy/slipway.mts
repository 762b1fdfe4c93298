/**
 * A console with two services on the hosts of a lab, one instance each, and a worker in a process of its own. To one of them packages
 * are sent through the connection; the hosts of the other fetch them.
 */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../../lib/config";
import { demoSettings } from "../../lib/demo/catalogue";
import { type Core, composeCore } from "../../lib/deploy/compose";
import type { ServiceSettings } from "../../lib/deploy/domain/settings";
import type { StrategyChoice } from "../../lib/deploy/domain/strategy";
import { TestShelf } from "../../lib/deploy/engine/testing/shelf";
import { createPackages } from "../../lib/deploy/packages/store-backed-packages";
import { createPackageStore } from "../../lib/deploy/store/packages/package-store";
import { createRolloutStore } from "../../lib/deploy/store/rollouts/rollout-store";
import type { Lab, LabHost } from "../../lib/lab/lab";
import { databaseTime } from "../cpu.mjs";
import { serveReleases } from "../delivery/release-server.mjs";
import { quickPackage } from "../packages.mjs";
import type { Scratch, Undo } from "../scratch.mjs";
import { timelineOf, totalOf } from "../timeline.mjs";
import type { Contestant } from "./contestant.mjs";
import { consoleAddress } from "./hosts.mjs";
import { spentBy, spentOnHosts } from "./processor.mjs";
import type { Release } from "./release.mjs";
import { startWorker, type WorkerProcess } from "./worker-process.mjs";

const BENCH = { name: "bench" };
const GRACE_S = 1;
const LONGEST_S = 400;
const ALL_AT_ONCE = { preset: "all_at_once" } as const;

/** How packages come to the hosts of each service, and the port of its instances. */
const WAYS = { pull: 8099, push: 8100 } as const;
export type Way = keyof typeof WAYS;
const BOTH: readonly Way[] = ["pull", "push"];
const serviceOf = (way: Way) => `bench-${way}`;

const settingsOf = (way: Way): ServiceSettings => ({
  ...demoSettings(process.execPath),
  start: ["./run"],
  environment: {},
  delivery: { mode: way, limitKbitS: null },
});

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
    const worker = await startWorker(
      { ...settings, SLIPWAY_URL: await serveReleases(core, await consoleAddress(lab), undo) },
      undo,
    );
    const slipway = new Slipway(scratch, core, shelf, worker, lab.hosts);
    await Promise.race([slipway.register(), slipway.worker.fallen]);
    return slipway;
  }

  private async register(): Promise<void> {
    const { core, hosts } = this;
    for (const { host } of hosts) {
      const { ssh, ...rest } = host;
      const { host_key: hostKey, ...access } = ssh;
      await core.addHost(BENCH, { ...rest, ssh: { ...access, hostKey }, zone: null, labels: {} });
    }
    for (const way of BOTH) {
      const service = serviceOf(way);
      await core.createService(BENCH, { name: service, labels: {}, settings: settingsOf(way) });
      const instances = hosts.map(({ host }) => ({ id: idOf(way, host), host: host.name, port: WAYS[way], labels: {} }));
      await core.registerInstances(BENCH, service, instances);
    }
    while ((await core.db.worker.count()) === 0) await sleep(50);
  }

  /**
   * The package comes into the store and the version is bound to it, as an earlier deployment would have left it. What the hosts fetch has
   * other bytes of the same size, or it would be there from the other service.
   */
  async keep({ version, bytes }: Release): Promise<void> {
    await this.bind("push", version, bytes);
    await this.bind("pull", version, await quickPackage(serviceOf("pull"), version, bytes.length));
  }

  private async bind(way: Way, version: string, bytes: Buffer): Promise<void> {
    const { core, scratch } = this;
    const url = this.shelf.put(nameOf(way, version), bytes);
    const packages = createPackages(createPackageStore(core.db), {
      ...core.config.packages,
      spoolFolder: scratch.folder,
      cache: null,
    });
    const stored = await packages.fetch(url, { expectSha256: null });
    const bound = { service: serviceOf(way), version, url, expectSha256: null, barrier: null };
    await createRolloutStore(core.db).bindVersion(bound, stored);
  }

  asContestant(way: Way): Contestant {
    return {
      verifies: "asked",
      deploy: async ({ version }) => {
        await this.succeeded(await this.deploy(way, version));
        return undefined;
      },
      back: async ({ version }) => {
        const id = await this.rollBack(way, version);
        await this.succeeded(id);
        return totalOf(await timelineOf(this.core, id, GRACE_S));
      },
      spent: {
        here: () => spentBy(process.pid) + spentBy(this.worker.pid) + databaseTime(this.scratch.postmaster),
        hosts: () => spentOnHosts(this.hosts),
      },
    };
  }

  /** Resolves with its id at the end of the deployment, however it ended. */
  async deploy(way: Way, version: string, strategy: StrategyChoice = ALL_AT_ONCE): Promise<string> {
    const deployId = `deploy-${randomUUID()}`;
    await this.core.startDeployment(BENCH, { deployId, version, ...this.where(way, version), strategy });
    await this.ended(deployId);
    return deployId;
  }

  private async rollBack(way: Way, targetVersion: string): Promise<string> {
    const rollbackId = `rollback-${randomUUID()}`;
    const strategy = { ...ALL_AT_ONCE, graceSeconds: GRACE_S };
    const asked = { rollbackId, targetVersion, ...this.where(way, targetVersion), strategy };
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

  private where(way: Way, version: string) {
    const instances = this.hosts.map(({ host }) => idOf(way, host));
    return { service: serviceOf(way), instances, packageUrl: this.shelf.urlOf(nameOf(way, version)) };
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

const idOf = (way: Way, host: LabHost["host"]) => `${way}-${host.name}`;
const nameOf = (way: Way, version: string) => `${serviceOf(way)}-${version}.tar.gz`;
