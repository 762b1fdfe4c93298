import type { Transport } from "../ports";
import type { HostChecker } from "../ports/host-check";
import { AllChannels } from "./all-channels";
import { Checker } from "./check";
import { loadHostProgram } from "./host-program";
import { LocalChannel } from "./local-channel";
import { type KeyPlaces, PrivateKeys } from "./ssh/private-keys";
import { SshChannel } from "./ssh/ssh-channel";
import type { SayTrouble } from "./ssh/trouble";
import { HostTransport } from "./transport";

export interface Hosts {
  readonly transport: Transport;
  readonly checker: HostChecker;
}

/** Hosts of every kind: what a worker reaches them through. */
export async function createHosts(options: { readonly keys: KeyPlaces; readonly say: SayTrouble }): Promise<Hosts> {
  const local = new LocalChannel();
  const keys = new PrivateKeys(options.keys);
  return {
    transport: new HostTransport(new AllChannels(local, new SshChannel({ keys, say: options.say })), await loadHostProgram()),
    checker: new Checker(local, keys),
  };
}
