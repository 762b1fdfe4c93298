import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "@/lib/lab/machine";
import type { CallOptions, HostRef, Transport } from "../../ports";
import type { Channel, HostCommand, HostOutput } from "../channel";
import { loadHostProgram } from "../host-program";
import { LocalChannel } from "../local-channel";
import { HostTransport } from "../transport";
import type { TestHost } from "./site";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs programs on a machine of its own as root there. */
class MachineChannel implements Channel {
  private readonly local: LocalChannel;

  constructor(
    private readonly machine: Machine,
    environment: Readonly<Record<string, string>>,
  ) {
    this.local = new LocalChannel({ PATH, HOME: "/root", ...environment });
  }

  run(host: HostRef, command: HostCommand, options?: CallOptions): Promise<HostOutput> {
    const [program, ...args] = this.machine.inside();
    return this.local.run(host, { ...command, argv: [program, ...args, ...command.argv] }, options);
  }

  close(): Promise<void> {
    return this.local.close();
  }
}

export async function machineTransport(machine: Machine, environment: Readonly<Record<string, string>> = {}): Promise<Transport> {
  return new HostTransport(new MachineChannel(machine, environment), await loadHostProgram());
}

export interface MachineHost extends TestHost {
  /** The host's root as this machine sees it. */
  readonly folder: string;
}

/** A folder of its own on a machine that several tests share; the machine's end is the end of all. */
export async function machineHost(machine: Machine): Promise<MachineHost> {
  const folder = await mkdtemp(join(machine.folder, "srv", "host "));
  const transport = await machineTransport(machine);
  return {
    folder,
    transport,
    host: { name: "machine", kind: "local", address: "127.0.0.1", root: folder.slice(machine.folder.length) },
    address: "127.0.0.1",
    dispose: () => transport.close(),
  };
}
