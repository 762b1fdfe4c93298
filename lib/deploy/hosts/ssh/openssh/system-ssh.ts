/** Connections of the system's `ssh`: for hosts behind others, and whatever else its configuration knows. */
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf } from "@/lib/host-key";
import { HostUnreachable } from "../../../ports";
import type { HostCommand, HostOutput } from "../../channel";
import { cleanEnvironment, LocalChannel } from "../../local-channel";
import { type Destination, type Line, type Lines, type OpenOptions, placeOf } from "../line";
import type { PrivateKeys } from "../private-keys";
import { SshTrouble } from "../trouble";
import { MasterLine } from "./master-line";
import { keyIn, knownHost, leaveArguments, lookArguments, masterArguments } from "./options";
import { troubleIn } from "./said";

export interface SystemSshOptions {
  readonly keys: PrivateKeys;
  /** Socket of the agent, also for hosts on the way; null = there is none. */
  readonly agent: string | null;
  /** Configuration file; null = that of the user who runs the worker, and the system's. */
  readonly config: string | null;
}

interface Paths {
  /** Of a file with nothing but the accepted key. */
  readonly knownHosts: string;
  /** Of the socket that leads to the connection. */
  readonly control: string;
}

export class SystemSsh implements Lines {
  private readonly programs: LocalChannel;
  private readonly config: readonly string[];
  /** Of sockets and accepted keys: private to this process, and short enough for a socket. */
  private folder: Promise<string> | null = null;

  constructor(private readonly options: SystemSshOptions) {
    const agent: Record<string, string> = options.agent === null ? {} : { SSH_AUTH_SOCK: options.agent };
    this.programs = new LocalChannel({ ...cleanEnvironment(process.env), ...agent, SSH_ASKPASS_REQUIRE: "never" });
    this.config = options.config === null ? [] : ["-F", options.config];
  }

  /** One that stands in the background, for sessions to join. */
  async open(to: Destination, { withinMs, onHostKey }: OpenOptions): Promise<Line> {
    const identity = await this.options.keys.identityFor(to.name, to.ssh.key);
    if (onHostKey || to.ssh.hostKey === null) await this.refuseOther(to, withinMs, onHostKey);
    const paths = await this.pathsFor(to);
    try {
      const said = await this.ask(to, masterArguments(this.config, to, paths, identity, withinMs), 2 * withinMs);
      if (said.code !== 0) throw await this.why(to, said.stderr, withinMs);
    } catch (error) {
      await rm(paths.knownHosts, { force: true });
      throw error;
    }
    return new MasterLine({
      to,
      config: this.config,
      control: paths.control,
      run: (command, signal) => this.programs.run(hostOf(to), command, { signal }),
      leave: () => this.leave(to, paths, withinMs),
    });
  }

  async close(): Promise<void> {
    await this.programs.close();
    if (this.folder !== null) await rm(await this.folder, { recursive: true, force: true });
  }

  /** Throws SshTrouble for a server whose key nobody has accepted. */
  private async refuseOther(to: Destination, withinMs: number, onHostKey: OpenOptions["onHostKey"]): Promise<void> {
    const { hostKey, said } = await this.look(to, withinMs);
    if (hostKey === null) throw troubleIn(said, to);
    onHostKey?.(hostKey);
    const [found, accepted] = [fingerprintOf(hostKey), to.ssh.hostKey && fingerprintOf(to.ssh.hostKey)];
    if (accepted === null) throw new SshTrouble("host_key_new", { host: to.name, fingerprint: found });
    if (accepted !== found) throw new SshTrouble("host_key_changed", { host: to.name, accepted, found });
  }

  /** A connection that offers nothing to sign in with, only to see the key and to hear what goes wrong. */
  private async look(to: Destination, withinMs: number): Promise<{ readonly hostKey: string | null; readonly said: string }> {
    const { knownHosts } = await this.pathsFor({ ...to, ssh: { ...to.ssh, hostKey: null } });
    const { stderr } = await this.ask(to, lookArguments(this.config, to, knownHosts, withinMs), 2 * withinMs);
    const written = await readFile(knownHosts, "utf8").catch(() => "");
    await rm(knownHosts, { force: true });
    return { hostKey: keyIn(written), said: stderr };
  }

  /** A connection that others join says nothing of what went wrong on the way to the host: one of its own does. */
  private async why(to: Destination, stderr: string, withinMs: number): Promise<SshTrouble> {
    const trouble = troubleIn(stderr, to);
    if (trouble.code !== "openssh_failed") return trouble;
    const { hostKey, said } = await this.look(to, withinMs);
    return hostKey === null ? troubleIn(said, to) : trouble;
  }

  private async leave(to: Destination, { control, knownHosts }: Paths, withinMs: number): Promise<void> {
    try {
      // It may have left on its own: then there is nothing to do.
      await this.ask(to, leaveArguments(this.config, to, control), withinMs);
    } catch (error) {
      // One that does not listen any more leaves after ten minutes.
      if (!(error instanceof SshTrouble)) throw error;
    }
    await rm(knownHosts, { force: true });
  }

  private async ask(to: Destination, args: readonly string[], timeoutMs: number): Promise<HostOutput> {
    const command: HostCommand = { argv: ["ssh", ...args] };
    try {
      return await this.programs.run(hostOf(to), command, { timeoutMs });
    } catch (cause) {
      if (!(cause instanceof HostUnreachable)) throw cause;
      if (isMissing(cause.cause)) throw new SshTrouble("openssh_missing", { host: to.name }, { cause });
      throw new SshTrouble("no_reply", placeOf(to), { cause });
    }
  }

  private async pathsFor({ ssh }: Destination): Promise<Paths> {
    this.folder ??= mkdtemp(join(tmpdir(), "slipway-ssh-"));
    const path = join(await this.folder, randomBytes(6).toString("hex"));
    if (ssh.hostKey !== null) await writeFile(`${path}.known`, knownHost(ssh.hostKey), { mode: 0o600 });
    return { knownHosts: `${path}.known`, control: `${path}.ctl` };
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

/** For the program on this machine that reaches it. */
function hostOf({ name, address }: Destination): { name: string; kind: "local"; address: string; root: string } {
  return { name, kind: "local", address, root: "/" };
}
