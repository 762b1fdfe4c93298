/** A console with services on hosts, driven by a worker as in use. */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../lib/config";
import { demoSettings } from "../lib/demo/catalogue";
import { type Core, composeCore } from "../lib/deploy/compose";
import { composeWorker } from "../lib/deploy/compose-worker";
import { TestShelf } from "../lib/deploy/engine/testing/shelf";
import { createPackages } from "../lib/deploy/packages/store-backed-packages";
import type { HostRef, Transport } from "../lib/deploy/ports";
import { createPackageStore } from "../lib/deploy/store/packages/package-store";
import { createRolloutStore } from "../lib/deploy/store/rollouts/rollout-store";
import { benchPackage } from "./packages.mjs";
import type { Scratch, Undo } from "./scratch.mjs";

export const PACKAGE_BYTES = 5_000_000;
const BENCH = { name: "bench" };
const LONGEST_S = 120;

/** An instance's name and port on a host. */
export interface Placed {
  readonly host: HostRef;
  readonly name: string;
  readonly port: number;
}

export class Ground {
  private readonly instances = new Map<string, string[]>();
  private readonly hosts = new Set<string>();

  private constructor(
    private readonly scratch: Scratch,
    private readonly undo: Undo,
    readonly core: Core,
    readonly shelf: TestShelf,
    private readonly transport: Transport,
  ) {}

  /** `keys`: folder of the private keys for hosts that are reached over SSH. */
  static async open(scratch: Scratch, undo: Undo, keys?: string): Promise<Ground> {
    const data = join(scratch.folder, "data");
    await mkdir(data);
    const config = readConfig({
      DATABASE_URL: scratch.databaseUrl,
      SLIPWAY_DATA: data,
      SLIPWAY_TRUSTED_AFTER: "0",
      SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
      SLIPWAY_SSH_KEYS: keys,
    });
    const problem = (what: string, error: unknown) => console.error("problem:", what, error);
    const core = composeCore(config, { onProblem: (error) => problem("console", error) });
    undo(() => core.close());
    const shelf = await TestShelf.open();
    undo(() => shelf.close());
    const worker = await composeWorker(config, problem);
    await worker.start();
    undo(async () => {
      await worker.stop();
      await worker.close();
    });
    return new Ground(scratch, undo, core, shelf, worker.transport);
  }

  /** Makes a service known, with its hosts and instances. */
  async add(service: string, placed: readonly Placed[]): Promise<void> {
    await this.core.createService(BENCH, { name: service, labels: {}, settings: demoSettings(process.execPath) });
    for (const { host } of placed) {
      if (this.hosts.has(host.name)) continue;
      this.hosts.add(host.name);
      await this.core.addHost(BENCH, { ...host, zone: null, labels: {} });
    }
    const instances = placed.map(({ host, name, port }) => ({ id: name, host: host.name, port, labels: {} }));
    await this.core.registerInstances(BENCH, service, instances);
    this.instances.set(
      service,
      placed.map(({ name }) => name),
    );
    this.undo(async () => {
      for (const { host, name } of placed) {
        for (const { instance, generation } of await this.transport.inspect(host, [name]))
          await this.transport.powerOff(host, { instance, generation });
      }
    });
  }

  /** Makes a version and puts it on the shelf. */
  async publish(service: string, version: string): Promise<Buffer> {
    const bytes = await benchPackage(service, version, PACKAGE_BYTES);
    this.shelf.put(`${service}-${version}.tar.gz`, bytes);
    return bytes;
  }

  /** Puts a version's package into the store and binds the version to it, as an earlier deployment of it would have. */
  async keep(service: string, version: string): Promise<void> {
    const { core, scratch } = this;
    const packages = createPackages(createPackageStore(core.db), {
      ...core.config.packages,
      spoolFolder: scratch.folder,
      cache: null,
    });
    const url = this.urlOf(service, version);
    const stored = await packages.fetch(url, { expectSha256: null });
    await createRolloutStore(core.db).bindVersion({ service, version, url, expectSha256: null, barrier: null }, stored);
  }

  /** From the request to the end of the deployment, all at once. Throws when it does not succeed. */
  async deploy(service: string, version: string): Promise<string> {
    const deployId = `deploy-${randomUUID()}`;
    const strategy = { preset: "all_at_once" } as const;
    await this.core.startDeployment(BENCH, { deployId, service, version, ...this.where(service, version), strategy });
    await this.untilSucceeded(deployId);
    return deployId;
  }

  /** All at once, with a grace of a second. Returns its id when every instance is verified. */
  async rollBack(service: string, targetVersion: string): Promise<string> {
    const rollbackId = `rollback-${randomUUID()}`;
    const strategy = { preset: "all_at_once", graceSeconds: 1 } as const;
    await this.core.startRollback(BENCH, {
      rollbackId,
      service,
      targetVersion,
      ...this.where(service, targetVersion),
      strategy,
    });
    await this.untilSucceeded(rollbackId);
    return rollbackId;
  }

  private urlOf(service: string, version: string): string {
    return this.shelf.urlOf(`${service}-${version}.tar.gz`);
  }

  private where(service: string, version: string) {
    return { instances: this.instances.get(service) ?? [], packageUrl: this.urlOf(service, version) };
  }

  private async untilSucceeded(id: string): Promise<void> {
    await this.core.waitForEnd(id, LONGEST_S);
    const { status, statusReason } = await this.core.queries.rollout(id);
    if (status !== "succeeded") throw new Error(`${id} is ${status}: ${JSON.stringify(statusReason)}`);
  }
}
