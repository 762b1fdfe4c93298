import type { Transport } from "../ports";
import { loadHostProgram } from "./host-program";
import { LocalChannel } from "./local-channel";
import { HostTransport } from "./transport";

export interface LocalTransportOptions {
  /** All that programs and services see besides their settings; the console's own PATH, HOME and locale unless told otherwise. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder with the parts of another build's `host.sh`. */
  readonly programFolder?: string;
}

/** Reaches hosts of kind `local` and no others, for tests and tools; a worker has `createHosts`, which reaches every kind. */
export async function createLocalTransport(options: LocalTransportOptions = {}): Promise<Transport> {
  return new HostTransport(new LocalChannel(options.environment), await loadHostProgram(options.programFolder));
}
