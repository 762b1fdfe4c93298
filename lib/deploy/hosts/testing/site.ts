/** One host with one instance for a test: what the tests of hosts act on. */
import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { Readable } from "node:stream";
import { NO_LIMITS } from "../../domain/running";
import type { ServiceSettings } from "../../domain/settings";
import type { ActivateCommand, ActivateResult, HostRef, InstanceReport, Transport } from "../../ports";
import { type Behaviour, serverPackage, type TestPackage } from "./packages";

export interface TestHost {
  readonly transport: Transport;
  readonly host: HostRef;
  /** Address at which services of the host listen and this machine reaches them. */
  readonly address: string;
  /** Removes what the test left on the host; its services have been stopped by then. */
  dispose(): Promise<void>;
}

export const SETTINGS: ServiceSettings = {
  start: ["node", "server.mjs"],
  environment: {},
  user: null,
  folder: "app",
  stopSignal: "TERM",
  stopGraceS: 1,
  startDeadlineS: 8,
  hooks: { preStop: null, postStart: null },
  health: { kind: "http", path: "/healthz", status: 200 },
  versionAt: { path: "/version" },
  delivery: { mode: "push", limitKbitS: null },
  runs: { kind: "process" },
  sudo: false,
  limits: NO_LIMITS,
  strategy: {},
};

/** Never the same twice, and of test workers that run side by side each has its own: what is away for a moment finds its port free. */
export async function freePort(address: string): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + STRIPE * PORTS_EACH + next;
    next = (next + 1) % PORTS_EACH;
    if (await isFree(address, port)) return port;
  }
}

/** Below what the kernel gives to connections that go out: one of those may take a port between the question and its use. */
const FIRST_PORT = 10_000;
const STRIPES = 16;
const PORTS_EACH = 1_250;
const STRIPE = Number(process.env.VITEST_POOL_ID ?? process.pid) % STRIPES;
let next = Math.floor(Math.random() * PORTS_EACH);

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error)));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}

interface Change extends Partial<Omit<ActivateCommand, "release" | "settings">> {
  readonly behaviour?: Behaviour;
  readonly package?: TestPackage;
  readonly version?: string;
  readonly revision?: number;
  readonly settings?: Partial<ServiceSettings>;
}

/** A host on which one instance lives; `deploy` stages and activates. */
export class Site {
  private transactions = 0;

  private constructor(
    readonly on: TestHost,
    readonly instance: string,
    readonly port: number,
  ) {}

  static async open(on: TestHost, instance = "shop-1"): Promise<Site> {
    return new Site(on, instance, await freePort(on.address));
  }

  /** The same instance seen through another transport. */
  through(transport: Transport): Site {
    const site = new Site({ ...this.on, transport }, this.instance, this.port);
    site.transactions = this.transactions + 1000;
    return site;
  }

  async stage(archive: TestPackage): Promise<void> {
    const staged = await this.on.transport.stage(this.on.host, archive, async () => Readable.from([archive.bytes]));
    if (staged.kind !== "staged") throw new Error(`${staged.code}: ${staged.detail}`);
  }

  /** Builds and stages what the change needs. */
  async command(change: Change = {}): Promise<ActivateCommand> {
    const { behaviour = "good", package: given, version = "1.0", revision = 1, settings, ...rest } = change;
    const archive = given ?? (await serverPackage(behaviour, version));
    await this.stage(archive);
    this.transactions += 1;
    return {
      instance: this.instance,
      service: "shop",
      tx: `rollout:${this.transactions}:1`,
      generation: 1,
      mode: "deployment",
      release: { sha256: archive.sha256, version, revision },
      settings: { ...SETTINGS, ...settings },
      address: this.on.address,
      port: this.port,
      force: false,
      expect: null,
      ...rest,
    };
  }

  activate(command: ActivateCommand): Promise<ActivateResult> {
    return this.on.transport.activate(this.on.host, command);
  }

  async deploy(change: Change = {}): Promise<ActivateResult> {
    return this.activate(await this.command(change));
  }

  async report(check = false): Promise<InstanceReport> {
    const [report] = await this.on.transport.inspect(this.on.host, [this.instance], { check });
    if (!report) throw new Error("the host says nothing about the instance");
    return report;
  }

  /** The version that the instance really serves, null when nobody answers. */
  async serves(path = "/version"): Promise<string | null> {
    try {
      const answer = await fetch(`http://${this.on.address}:${this.port}${path}`, { signal: AbortSignal.timeout(10_000) });
      return (await answer.text()).trim();
    } catch {
      return null;
    }
  }

  /** Pids of the processes of the instance on this machine, whoever started them. More than one is never right. */
  async processes(): Promise<readonly number[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const found = await Promise.all(
      pids.map(async (pid) => {
        const of = (what: string) => readFile(`/proc/${pid}/${what}`, "latin1").catch(() => "");
        const [program, environment] = await Promise.all([of("cmdline"), of("environ")]);
        const ours = program.startsWith("node\0") && environment.includes(`PORT=${this.port}\0`);
        return ours && environment.includes(`SLIPWAY_INSTANCE=${this.instance}\0`) ? [Number(pid)] : [];
      }),
    );
    return found.flat();
  }

  /** Waits until the report is as wished; the test's own time limit bounds it. */
  async until(wished: (report: InstanceReport) => boolean): Promise<InstanceReport> {
    for (;;) {
      const report = await this.report();
      if (wished(report)) return report;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A process that is none of the host's takes the instance's port, and answers 200 there. */
  occupyPort(): Promise<Server> {
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\n"));
      server.once("error", reject);
      server.listen(this.port, this.on.address, () => resolve(server));
    });
  }

  async dispose(): Promise<void> {
    await this.on.transport.powerOff(this.on.host, { instance: this.instance, generation: 999_999 });
    await this.on.dispose();
  }
}
