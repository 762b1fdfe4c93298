/** A lab for tests: real hosts, each with a network of its own, and a console that reaches them over SSH. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceSettings } from "@/lib/deploy/domain/settings";
import { Deeds } from "@/lib/deploy/engine/testing/deeds";
import { Fleet } from "@/lib/deploy/engine/testing/fleet";
import { createHosts } from "@/lib/deploy/hosts";
import type { SshHost } from "@/lib/deploy/ports";
import { sentence } from "@/lib/sentences";
import { type Lab, type LabHost, type LabOptions, powerOn, startLab, stopLab } from "../lab";
import { hasNamespaces, type Place } from "../network";
import { Relay } from "../relay";
import { hasSshd } from "../sshd";

export const separate = hasSshd && (await hasNamespaces());
/** For the names of tests that need it. */
export const lacking = separate ? "" : " (skipped: this machine does not let us give hosts a network of their own)";

export type Reached = Partial<Pick<SshHost["ssh"], "host" | "port">>;

interface OnHosts {
  /** Instances on each host. */
  readonly each?: number;
  readonly settings?: Partial<ServiceSettings>;
}

export class LabScene {
  private constructor(
    private readonly folder: string,
    private lab: Lab,
  ) {}

  static async open(count: number, options: LabOptions = {}): Promise<LabScene> {
    const folder = await mkdtemp(join(tmpdir(), "lab-"));
    await chmod(folder, 0o755);
    return new LabScene(folder, await startLab(join(folder, "lab"), count, options));
  }

  async close(): Promise<void> {
    await stopLab(join(this.folder, "lab"));
    await rm(this.folder, { recursive: true });
  }

  host(number: number): LabHost {
    const found = this.lab.hosts[number - 1];
    if (found === undefined) throw new Error(`the lab has no host ${number}`);
    return found;
  }

  /** A host of the lab, as the console knows it. */
  ref(number: number, reached: Reached = {}): SshHost {
    const { host } = this.host(number);
    const { host_key: hostKey, ...ssh } = host.ssh;
    return { ...host, ssh: { ...ssh, hostKey, ...reached } };
  }

  place(number: number): Place {
    const { place } = this.host(number);
    if (place === null) throw new Error("the hosts of this lab share a network");
    return place;
  }

  /** Starts a host again whose power was cut. */
  async powerOn(number: number): Promise<void> {
    const host = await powerOn(join(this.folder, "lab"), this.host(number).host.name);
    this.lab = { ...this.lab, hosts: this.lab.hosts.map((each, at) => (at === number - 1 ? host : each)) };
  }

  /** A test on hosts of the lab, with a worker that reaches them. */
  async run(
    hosts: readonly SshHost[],
    test: (deeds: Deeds, fleet: Fleet) => Promise<void>,
    { each = 1, settings = {} }: OnHosts = {},
  ): Promise<void> {
    const { transport } = await createHosts({
      keys: { folder: this.lab.keys, passphrase: null, agent: null },
      config: null,
      say: ({ code, params }) => sentence("en", "troubles", code, params) ?? code,
    });
    const fleet = await Fleet.open({ transport, on: hosts, each, settings });
    try {
      await fleet.worker();
      await test(new Deeds(fleet), fleet);
    } finally {
      await fleet.close();
    }
  }

  /** A test on one host at the far end of a bad line. */
  async throughRelay(
    number: number,
    line: { readonly delayMs?: number; readonly bitsPerSecond?: number },
    test: (relay: Relay, deeds: Deeds, fleet: Fleet) => Promise<void>,
  ): Promise<void> {
    const { address, ssh } = this.host(number).host;
    const relay = await Relay.open({ to: { address, port: ssh.port }, ...line });
    try {
      const host = this.ref(number, { host: "127.0.0.1", port: relay.port });
      await this.run([host], (deeds, fleet) => test(relay, deeds, fleet));
    } finally {
      await relay.close();
    }
  }
}
