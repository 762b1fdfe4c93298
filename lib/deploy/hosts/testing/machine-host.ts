import { chmod, chown, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Account, Machine } from "@/lib/lab/machine";
import type { CallOptions, HostRef, Transport } from "../../ports";
import type { Channel, HostCommand, HostOutput } from "../channel";
import { loadHostProgram } from "../host-program";
import { LocalChannel } from "../local-channel";
import { HostTransport } from "../transport";
import type { TestHost } from "./site";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs programs on a machine of its own, as root or somebody else there. */
class MachineChannel implements Channel {
  private readonly local: LocalChannel;

  constructor(
    private readonly machine: Machine,
    private readonly as: Account | null,
    environment: Readonly<Record<string, string>>,
  ) {
    this.local = new LocalChannel({ PATH, HOME: as === null ? "/root" : `/home/${as.name}`, ...environment });
  }

  run(host: HostRef, command: HostCommand, options?: CallOptions): Promise<HostOutput> {
    const [program, ...args] = this.machine.inside(this.as);
    return this.local.run(host, { ...command, argv: [program, ...args, ...command.argv] }, options);
  }

  close(): Promise<void> {
    return this.local.close();
  }
}

export async function machineTransport(
  machine: Machine,
  environment: Readonly<Record<string, string>> = {},
  as: Account | null = null,
): Promise<Transport> {
  return new HostTransport(new MachineChannel(machine, as, environment), await loadHostProgram());
}

export interface MachineHost extends TestHost {
  /** The host's root as this machine sees it. */
  readonly folder: string;
}

/** A folder of its own on a machine that several tests share; the machine's end is the end of all. */
export async function machineHost(machine: Machine, as: Account | null = null): Promise<MachineHost> {
  const folder = await mkdtemp(join(machine.folder, "srv", "host "));
  // Services of other users have to pass through it.
  await chmod(folder, 0o755);
  if (as !== null) await chown(folder, as.uid, 65_534);
  const transport = await machineTransport(machine, {}, as);
  return {
    folder,
    transport,
    host: { name: "machine", kind: "local", address: "127.0.0.1", root: folder.slice(machine.folder.length) },
    address: "127.0.0.1",
    dispose: () => transport.close(),
  };
}
