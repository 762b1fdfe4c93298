import type { SshTarget } from "../../ports";
import type { HostCommand, HostOutput } from "../channel";

/** A host and where to reach it. */
export interface Destination {
  readonly name: string;
  readonly address: string;
  readonly ssh: SshTarget;
}

/** Who is connected to and where, as sentences about it name them. */
export function placeOf({ name, address, ssh }: Destination): Readonly<{ host: string; address: string; port: number }> {
  return { host: name, address: ssh.host ?? address, port: ssh.port };
}

/**
 * What became of a program. `too_many_sessions`: the server takes no more than run already; `not_connected`: the line had been lost
 * before. In both cases nothing has begun, and nothing of its stdin has been read.
 */
export type SessionEnd = HostOutput | "too_many_sessions" | "not_connected";

/** A connection that is signed in. */
export interface Line {
  /**
   * A program's exit code is a value. Throws SshTrouble when the connection was lost or the login shell did not let it begin, the
   * signal's reason, and a stdin stream's own error.
   */
  run(command: HostCommand, signal: AbortSignal): Promise<SessionEnd>;
  /** Calls back when the line is found to be no more, at the latest before `run` says so. */
  onGone(then: () => void): void;
  /** Lets the host go. What runs there goes on. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Bounds the connection and then, once more, the handshake; milliseconds. */
  readonly withinMs: number;
  /** Told the key that the server showed, whatever becomes of the connection. */
  readonly onHostKey?: (publicKey: string) => void;
}

export interface Lines {
  /** Opens a connection and signs in, only to a server with the accepted key. Throws SshTrouble. */
  open(to: Destination, options: OpenOptions): Promise<Line>;
  /** After the last line was closed. */
  close(): Promise<void>;
}
