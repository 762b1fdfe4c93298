import { type CallOptions, HostUnreachable, type SshHost } from "../../ports";
import type { Channel, HostCommand, HostOutput } from "../channel";
import { tooLate, whyOf } from "../too-late";
import { HostConnection } from "./connection";
import type { Lines } from "./line";
import { type SayTrouble, unreachable } from "./trouble";

const CONNECT_MS = 10_000;

export interface SshChannelOptions {
  readonly lines: Lines;
  readonly say: SayTrouble;
}

/** Runs programs on hosts over SSH, on one connection a host that is kept between calls. */
export class SshChannel implements Channel<SshHost> {
  private readonly connections = new Map<string, HostConnection>();

  constructor(private readonly options: SshChannelOptions) {}

  async run(host: SshHost, command: HostCommand, { signal, timeoutMs }: CallOptions = {}): Promise<HostOutput> {
    const patience = patienceOf(host, signal, timeoutMs);
    try {
      return await this.connectionTo(host).run(command, patience.signal);
    } catch (error) {
      throw unreachable(host, error, this.options.say);
    } finally {
      patience.end();
    }
  }

  /** A host that is reached in another way from now on is another connection; the old one rests and closes. */
  private connectionTo(host: SshHost): HostConnection {
    const key = JSON.stringify([host.name, host.address, host.ssh]);
    const known = this.connections.get(key);
    if (known !== undefined) return known;
    const connection: HostConnection = new HostConnection({
      open: () => this.options.lines.open(host, { withinMs: CONNECT_MS }),
      now: () => performance.now(),
      login: { host: host.name, user: host.ssh.user },
      onIdle: () => {
        this.connections.delete(key);
        // Nobody waits for it, and what goes wrong with one host's connection must not end the process.
        connection.close().catch((error: unknown) => process.emitWarning(`leaving ${host.name}: ${String(error)}`));
      },
    });
    this.connections.set(key, connection);
    return connection;
  }

  /** Lets every host go; transactions and services go on. */
  async close(): Promise<void> {
    const open = [...this.connections.values()];
    this.connections.clear();
    await Promise.all(open.map((connection) => connection.close()));
    await this.options.lines.close();
  }
}

interface Patience {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/** The caller's signal and the bound of the call as one; its reason says which. */
function patienceOf(host: SshHost, signal: AbortSignal | undefined, timeoutMs: number | undefined): Patience {
  const controller = new AbortController();
  const giveUp = () => controller.abort(whyOf(signal) ?? new HostUnreachable(host.name, "given up while waiting for its answer"));
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(tooLate(host.name, timeoutMs)), timeoutMs);
  if (signal?.aborted) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    },
  };
}
