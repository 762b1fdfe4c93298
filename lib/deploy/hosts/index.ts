import type { Transport } from "../ports";
import type { HostChecker } from "../ports/host-check";
import { AllChannels } from "./all-channels";
import { Checker } from "./check";
import { loadHostProgram } from "./host-program";
import { LocalChannel } from "./local-channel";
import { AllLines, type LinesOptions } from "./ssh/all-lines";
import { SshChannel } from "./ssh/ssh-channel";
import type { SayTrouble } from "./ssh/trouble";
import { HostTransport } from "./transport";

export interface Hosts {
  readonly transport: Transport;
  readonly checker: HostChecker;
}

/** Hosts of every kind: what a worker reaches them through. */
export async function createHosts(options: LinesOptions & { readonly say: SayTrouble }): Promise<Hosts> {
  const local = new LocalChannel();
  const lines = new AllLines(options);
  return {
    transport: new HostTransport(new AllChannels(local, new SshChannel({ lines, say: options.say })), await loadHostProgram()),
    checker: new Checker(local, lines),
  };
}
