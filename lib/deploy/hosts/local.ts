import type { Transport } from "../ports";
import { loadHostProgram } from "./host-program";
import { LocalChannel } from "./local-channel";
import { HostTransport } from "./transport";

export interface LocalTransportOptions {
  /** All that programs and services see besides their settings; the console's own PATH, HOME and locale unless told otherwise. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder with the parts of `host.sh`, where a bundler moved this module away from them. */
  readonly programFolder?: string;
}

/** Hosts of kind `local`: folders on this machine. */
export async function createLocalTransport(options: LocalTransportOptions = {}): Promise<Transport> {
  return new HostTransport(new LocalChannel(options.environment), await loadHostProgram(options.programFolder));
}
