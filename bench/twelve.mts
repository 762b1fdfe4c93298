/** A console with one service of twelve instances on four local hosts, driven by a worker as in use. */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readConfig } from "../lib/config";
import { demoSettings } from "../lib/demo/catalogue";
import { demoAddresses } from "../lib/demo/fleet";
import { type Core, composeCore } from "../lib/deploy/compose";
import { composeWorker } from "../lib/deploy/compose-worker";
import { TestShelf } from "../lib/deploy/engine/testing/shelf";
import type { HostRef } from "../lib/deploy/ports";
import { freePort } from "./free-port.mjs";
import { benchPackage } from "./packages.mjs";
import type { Place } from "./plain-loop.mjs";
import type { Scratch } from "./scratch.mjs";

export const SERVICE = "shop";
export const PACKAGE_BYTES = 5_000_000;
const BENCH = { name: "bench" };
const EACH = 3;
const LONGEST_S = 120;

/** Twelve free places, three on each of the four addresses of the demo. */
export async function twelvePlaces(prefix: string): Promise<readonly Place[]> {
  const addresses = await demoAddresses();
  const places: Place[] = [];
  for (const [host, address] of addresses.entries()) {
    for (let at = 1; at <= EACH; at += 1)
      places.push({ name: `${prefix}-${host + 1}${at}`, address, port: await freePort(address) });
  }
  return places;
}

export class Twelve {
  private constructor(
    readonly core: Core,
    readonly shelf: TestShelf,
    private readonly instances: readonly string[],
  ) {}

  static async open({ folder, databaseUrl }: Scratch, undo: (step: () => Promise<unknown>) => void): Promise<Twelve> {
    const data = join(folder, "data");
    await mkdir(data);
    const config = readConfig({
      DATABASE_URL: databaseUrl,
      SLIPWAY_DATA: data,
      SLIPWAY_TRUSTED_AFTER: "0",
      SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
    });
    const problem = (what: string, error: unknown) => console.error("problem:", what, error);
    const core = composeCore(config, { onProblem: (error) => problem("console", error) });
    undo(() => core.close());
    const shelf = await TestShelf.open();
    undo(() => shelf.close());
    await core.createService(BENCH, { name: SERVICE, labels: {}, settings: demoSettings(process.execPath) });
    const places = await twelvePlaces(SERVICE);
    const hosts = [...new Set(places.map(({ address }) => address))].map(
      (address, at) =>
        ({ name: `host-${at + 1}`, kind: "local", address, root: join(folder, `host-${at + 1}`) }) as const satisfies HostRef,
    );
    for (const host of hosts) {
      await core.addHost(BENCH, { ...host, zone: null, labels: {} });
      const here = places.filter(({ address }) => address === host.address);
      await core.registerInstances(
        BENCH,
        SERVICE,
        here.map(({ name, port }) => ({ id: name, host: host.name, port, labels: {} })),
      );
    }
    const worker = await composeWorker(config, problem);
    await worker.start();
    undo(() => worker.stop());
    undo(async () => {
      for (const host of hosts) {
        const here = places.filter(({ address }) => address === host.address).map(({ name }) => name);
        for (const { instance, generation } of await worker.transport.inspect(host, here))
          await worker.transport.powerOff(host, { instance, generation });
      }
    });
    return new Twelve(
      core,
      shelf,
      places.map(({ name }) => name),
    );
  }

  /** Makes a version and puts it on the shelf. */
  async publish(version: string): Promise<Buffer> {
    const bytes = await benchPackage(SERVICE, version, PACKAGE_BYTES);
    this.shelf.put(`${version}.tar.gz`, bytes);
    return bytes;
  }

  /** From the request to the end of the deployment, all at once. Throws when it does not succeed. */
  async deploy(version: string): Promise<string> {
    const deployId = `deploy-${randomUUID()}`;
    const packageUrl = this.shelf.urlOf(`${version}.tar.gz`);
    const request = {
      deployId,
      service: SERVICE,
      version,
      instances: this.instances,
      packageUrl,
      strategy: { preset: "all_at_once" } as const,
    };
    await this.core.startDeployment(BENCH, request);
    await this.untilSucceeded(deployId);
    return deployId;
  }

  /** All at once, with a grace of a second. Returns its id when every instance is verified. */
  async rollBack(targetVersion: string): Promise<string> {
    const rollbackId = `rollback-${randomUUID()}`;
    const packageUrl = this.shelf.urlOf(`${targetVersion}.tar.gz`);
    const strategy = { preset: "all_at_once", graceSeconds: 1 } as const;
    await this.core.startRollback(BENCH, {
      rollbackId,
      service: SERVICE,
      targetVersion,
      instances: this.instances,
      packageUrl,
      strategy,
    });
    await this.untilSucceeded(rollbackId);
    return rollbackId;
  }

  private async untilSucceeded(id: string): Promise<void> {
    await this.core.waitForEnd(id, LONGEST_S);
    const { status, statusReason } = await this.core.queries.rollout(id);
    if (status !== "succeeded") throw new Error(`${id} is ${status}: ${JSON.stringify(statusReason)}`);
  }
}
