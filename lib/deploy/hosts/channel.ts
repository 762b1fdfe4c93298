import type { Readable } from "node:stream";
import type { CallOptions, HostRef } from "../ports";

export interface HostCommand {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Readable;
  /** It may take minutes: where only so much runs at once, it leaves room for quick questions. */
  readonly lasting?: boolean;
  /** Told when it is its turn; where only so much runs at once, it has waited until then. */
  readonly onTurn?: () => void;
  /** Told what the program prints on standard output while it runs. */
  readonly onText?: (text: string) => void;
}

export interface HostOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The one primitive of a transport. */
export interface Channel<Host extends HostRef = HostRef> {
  /**
   * Runs a program on a host. Its exit code is a value. Throws HostUnreachable when it could not be run, when the connection
   * was lost, or past `timeoutMs`: what it did is unknown then. A stdin stream that fails rejects with the stream's own error.
   */
  run(host: Host, command: HostCommand, options?: CallOptions): Promise<HostOutput>;
  close(): Promise<void>;
}
