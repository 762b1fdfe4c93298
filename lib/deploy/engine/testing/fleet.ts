/** A console with real hosts on this machine (or simulated ones), for tests that prove the engine: database, core, packages, workers. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, readConfig } from "@/lib/config";
import { openTestDatabase, type TestDatabase } from "@/lib/postgres/testing";
import { type Core, composeCore } from "../../compose";
import type { ServiceSettings } from "../../domain/settings";
import type { StrategyChoice } from "../../domain/strategy";
import { createLocalTransport } from "../../hosts/local";
import { makeWritable } from "../../hosts/testing/local-host";
import { type Behaviour, serverPackage } from "../../hosts/testing/packages";
import { freePort, SETTINGS } from "../../hosts/testing/site";
import type { HostRef, InstanceReport, Transport } from "../../ports";
import type { Worker } from "../worker";
import { ChildWorker, PROGRAM_FOLDER } from "./child-worker";
import { openEngineWorker } from "./engine-worker";
import { TestShelf } from "./shelf";
import { until } from "./until";

export interface FleetOptions {
  readonly hosts?: number;
  /** Instances on each host. */
  readonly each?: number;
  readonly settings?: Partial<ServiceSettings>;
  /** Simulated hosts; else folders and processes of this machine. */
  readonly transport?: Transport;
  /** Hosts that are there already, instead of folders of this machine; `transport` reaches them, and whoever made them ends them. */
  readonly on?: readonly HostRef[];
  /** Where hosts reach the console. */
  readonly url?: string;
}

export const SERVICE = "shop";
export const MEI = { name: "Mei" };
export const JONAS = { name: "Jonas" };

/** Everything at once and without waiting. */
export const AT_ONCE: StrategyChoice = { preset: "all_at_once" };

/** Of instances on hosts with a network of their own, where nobody else listens. */
export const FIRST_PORT = 8_100;
const SETUP = { name: "setup" };

export class Fleet {
  private readonly workers = new Set<Worker>();
  private readonly children = new Set<ChildWorker>();
  /** What workers complained about; nothing, where nothing goes wrong. */
  readonly problems: string[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly core: Core,
    readonly config: Config,
    readonly shelf: TestShelf,
    readonly transport: Transport,
    private readonly simulated: boolean,
    private readonly folder: string,
    readonly hosts: readonly HostRef[],
    readonly instances: readonly string[],
  ) {}

  static async open({ hosts: count = 1, each = 2, settings = {}, transport, on, url }: FleetOptions = {}): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-fleet-"));
    const [database, shelf, own] = await Promise.all([openTestDatabase(), TestShelf.open(), transport ?? createLocalTransport()]);
    const config = readConfig({
      DATABASE_URL: database.url,
      SLIPWAY_DATA: join(folder, "data"),
      SLIPWAY_TRUSTED_AFTER: "0",
      SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
      SLIPWAY_POOL: "4",
      SLIPWAY_URL: url,
    });
    const core = composeCore(config);
    await core.createService(SETUP, { name: SERVICE, labels: {}, settings: { ...SETTINGS, ...settings } });
    const hosts: HostRef[] = [];
    const instances: string[] = [];
    const local = (host: number): HostRef => ({
      name: `host-${host}`,
      kind: "local",
      address: "127.0.0.1",
      root: join(folder, `host-${host}`),
    });
    for (const [index, ref] of (on ?? Array.from({ length: count }, (_, at) => local(at + 1))).entries()) {
      await core.addHost(SETUP, { ...ref, zone: null, labels: {} });
      hosts.push(ref);
      const here = await Promise.all(
        Array.from({ length: each }, async (_, at) => ({
          id: `shop-${index + 1}${at + 1}`,
          host: ref.name,
          port: on === undefined ? await freePort(ref.address) : FIRST_PORT + at,
          labels: {},
        })),
      );
      await core.registerInstances(SETUP, SERVICE, here);
      instances.push(...here.map(({ id }) => id));
    }
    return new Fleet(database, core, config, shelf, own, transport !== undefined, folder, hosts, instances);
  }

  /** A worker in this process; one that reaches hosts in its own way, or does less at once, where a test says so. */
  async worker({
    transport = this.transport,
    ...bounds
  }: {
    transport?: Transport;
    slots?: number;
    mostOwned?: number;
  } = {}): Promise<Worker> {
    const onProblem = (what: string, error: unknown) => this.problems.push(`${what}: ${String(error)}`);
    const worker = await openEngineWorker(this.config, transport, onProblem, bounds);
    this.workers.add(worker);
    const before = await this.core.db.worker.count();
    await worker.start();
    await until("the worker is known", async () => (await this.core.db.worker.count()) > before);
    return worker;
  }

  async stopWorker(worker: Worker): Promise<void> {
    this.workers.delete(worker);
    await worker.stop();
  }

  /** `programFolder`: where the parts of its `host.sh` lie, of another build than this one. */
  async childWorker({ programFolder = "" } = {}): Promise<ChildWorker> {
    const { databaseUrl, dataFolder } = this.config;
    const child = await ChildWorker.start({
      [PROGRAM_FOLDER]: programFolder,
      DATABASE_URL: databaseUrl,
      SLIPWAY_DATA: dataFolder,
      SLIPWAY_POOL: "4",
      SLIPWAY_ALLOW_LOOPBACK_PACKAGES: "1",
    });
    this.children.add(child);
    return child;
  }

  /** The database's clock passes the end of every lease: whoever held one may have died. */
  async leasesRunOut(): Promise<void> {
    await this.core.db.$executeRaw`UPDATE rollouts SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL`;
    await this.core.db.$executeRaw`UPDATE steps SET lease_until = clock_timestamp() WHERE lease_until IS NOT NULL`;
    await this.core.db.$executeRaw`UPDATE owed SET lease_until = NULL WHERE settled_at IS NULL`;
  }

  /** Puts a version on the shelf and returns its URL. */
  async publish(version: string, behaviour: Behaviour = "good", salt = version): Promise<string> {
    const { bytes } = await serverPackage(behaviour, salt);
    return this.shelf.put(`${SERVICE}-${version}.tar.gz`, bytes);
  }

  urlOf(version: string): string {
    return this.shelf.urlOf(`${SERVICE}-${version}.tar.gz`);
  }

  /** What each instance's host says of it. */
  async reports(): Promise<readonly InstanceReport[]> {
    const rows = await this.core.db.instance.findMany({ where: { retiredAt: null }, orderBy: { id: "asc" } });
    const perHost = this.hosts.map((host) => {
      const here = rows.filter((row) => row.host === host.name).map((row) => row.id);
      return this.transport.inspect(host, here, { check: true });
    });
    return (await Promise.all(perHost)).flat();
  }

  async close(): Promise<void> {
    await Promise.all([...this.children].map((child) => child.kill()));
    await Promise.all([...this.workers].map((worker) => worker.stop()));
    if (!this.simulated) {
      const reports = await this.reports();
      const rows = new Map((await this.core.db.instance.findMany()).map((row) => [row.id, row.host]));
      for (const report of reports) {
        const host = this.hosts.find(({ name }) => name === rows.get(report.instance));
        if (host) await this.transport.powerOff(host, { instance: report.instance, generation: 999_999 });
      }
    }
    await this.transport.close();
    await this.core.close();
    await this.shelf.close();
    await this.database.close();
    await makeWritable(this.folder);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
