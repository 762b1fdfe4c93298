import { lookup } from "node:dns/promises";
import { userInfo } from "node:os";
import type { HostTrouble } from "../domain/host-troubles";
import { type CallOptions, HostUnreachable } from "../ports";
import type { HostCandidate, HostChecker, HostCheckResult } from "../ports/host-check";
import type { Channel, HostCommand, HostOutput } from "./channel";
import { CHECK_SCRIPT, findingsOf } from "./check-script";
import type { Lines } from "./ssh/line";
import { SshTrouble } from "./ssh/trouble";

const CHECK_MS = 8_000;
/** For the connection, and once more for the handshake: what is left is enough for the questions. */
const CONNECT_MS = 3_000;

type Located = HostCandidate & { readonly address: string };

/** Looks at hosts from this machine: over a connection of its own where they are reached over SSH. */
export class Checker implements HostChecker {
  constructor(
    private readonly local: Channel,
    private readonly lines: Lines,
  ) {}

  async check(host: HostCandidate, { timeoutMs = CHECK_MS, signal }: CallOptions = {}): Promise<HostCheckResult> {
    const bounded = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
    let shown: string | null = null;
    let { address } = host;
    try {
      address ??= await addressOf(host, bounded);
      const command: HostCommand = { argv: ["sh", "-c", CHECK_SCRIPT, "sh", host.root] };
      const askedAt = Date.now();
      const output = await this.ask({ ...host, address }, command, bounded, (hostKey) => {
        shown = hostKey;
      });
      return { hostKey: shown, address, troubles: troublesOf(host, output, askedAt) };
    } catch (error) {
      return { hostKey: shown, address, troubles: [troubleOf(host, error, bounded)] };
    }
  }

  private async ask(
    host: Located,
    command: HostCommand,
    signal: AbortSignal,
    onHostKey: (hostKey: string) => void,
  ): Promise<HostOutput> {
    if (host.kind === "local") return await this.local.run(host, command, { signal });
    const line = await this.lines.open(host, { withinMs: CONNECT_MS, onHostKey });
    try {
      const output = await line.run(command, signal);
      if (output === "too_many_sessions" || output === "not_connected")
        throw new SshTrouble("shell_refuses", { host: host.name, user: host.ssh.user });
      return output;
    } finally {
      await line.close();
    }
  }
}

/** The address that the host's name leads to from here. Throws SshTrouble where it leads nowhere, or not in time. */
async function addressOf(host: HostCandidate, signal: AbortSignal): Promise<string> {
  const name = host.kind === "ssh" ? (host.ssh.host ?? "") : host.name;
  const inTime = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
  try {
    return (await Promise.race([lookup(name), inTime])).address;
  } catch (cause) {
    const isKnownElsewhere = host.kind === "ssh" && host.ssh.via === "openssh";
    throw new SshTrouble(isKnownElsewhere ? "address_unknown" : "name_unknown", { host: host.name, address: name }, { cause });
  }
}

function userOf(host: HostCandidate): string {
  return host.kind === "ssh" ? host.ssh.user : userInfo().username;
}

function troublesOf(host: HostCandidate, output: HostOutput, askedAt: number): readonly HostTrouble[] {
  const about = { host: host.name, user: userOf(host), root: host.root };
  const findings = findingsOf(output.stdout, askedAt, Date.now());
  if (findings === null) return [{ code: "answer_broken", params: about }];
  return findings.map(({ code, params }) => ({ code, params: { ...about, ...params } }));
}

/** Anything that nobody foresaw is thrown on. */
function troubleOf(host: HostCandidate, error: unknown, signal: AbortSignal): HostTrouble {
  if (error instanceof SshTrouble) return error.trouble;
  if (!signal.aborted && !(error instanceof HostUnreachable)) throw error;
  const [address, port] = host.kind === "ssh" ? [host.ssh.host ?? host.address, host.ssh.port] : [host.address, null];
  return { code: "no_reply", params: { host: host.name, address, port } };
}
