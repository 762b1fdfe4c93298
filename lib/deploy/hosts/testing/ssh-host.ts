import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { endProcesses, familyOf } from "@/lib/lab/processes";
import { forgetHostKey, keyPair, type LabUser, type Sshd, someone, startSshd } from "@/lib/lab/sshd";
import type { SshHost, SshTarget, SshVia, Transport } from "../../ports";
import { loadHostProgram } from "../host-program";
import { AllLines } from "../ssh/all-lines";
import type { KeyPlaces } from "../ssh/private-keys";
import { SshChannel } from "../ssh/ssh-channel";
import { HostTransport } from "../transport";
import { makeWritable } from "./local-host";
import { freePort, type TestHost } from "./site";

export interface TestServerOptions {
  readonly users?: readonly LabUser[];
  readonly maxSessions?: number;
  /** How the tests reach it; the built-in way unless told otherwise. */
  readonly via?: SshVia;
}

/** Has the rights of the tests, whose own files it is to write, and a home without anybody's start files. */
const DEPLOY: LabUser = { name: "deploy", uid: 0 };
const PATH = [...new Set([dirname(process.execPath), ...(process.env.PATH ?? "").split(":")])].join(":");

/** A real SSH server on this machine, and a folder of keys to sign in to it with. */
export class TestServer {
  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly users: readonly LabUser[],
    private readonly via: SshVia,
    private readonly launch: () => Promise<Sshd>,
    private sshd: Sshd,
  ) {}

  static async open({ users: more = [], maxSessions, via = "builtin" }: TestServerOptions = {}): Promise<TestServer> {
    const folder = await mkdtemp(join(tmpdir(), "sshd-"));
    // Accounts of the server look for their homes in it.
    await chmod(folder, 0o755);
    const users = [DEPLOY, ...more];
    const port = await freePort("127.0.0.1");
    const authorizedKeys = [await keyPair(join(folder, "id"))];
    const launch = () => startSshd({ folder, address: "127.0.0.1", port, authorizedKeys, users, maxSessions, path: PATH });
    return new TestServer(folder, port, users, via, launch, await launch());
  }

  get hostKey(): string {
    return this.sshd.hostKey;
  }

  /** Where a worker finds the key. */
  get keys(): KeyPlaces {
    return { folder: this.folder, passphrase: null, agent: null };
  }

  target(changes: Partial<SshTarget> = {}): SshTarget {
    const key = { kind: "file", file: "id" } as const;
    return { via: this.via, user: someone(this.users), host: null, port: this.port, key, hostKey: this.hostKey, ...changes };
  }

  host(root: string, changes: Partial<SshTarget> = {}): SshHost {
    const ssh = { ...this.target(changes), hostKey: changes.hostKey ?? this.hostKey };
    return { name: "web-1", kind: "ssh", address: "127.0.0.1", root, ssh };
  }

  /** Connections to it; `config`: of the system's `ssh`, nothing unless told otherwise. */
  lines(keys: KeyPlaces = this.keys, config = "/dev/null"): AllLines {
    return new AllLines({ keys, config });
  }

  channel(): SshChannel {
    return new SshChannel({ lines: this.lines(), say: ({ code }) => code });
  }

  async transport(): Promise<Transport> {
    return new HostTransport(this.channel(), await loadHostProgram());
  }

  /** Ends the server and every connection to it; what was started through them goes on. */
  async stop(): Promise<void> {
    await endProcesses(await familyOf(this.sshd.pid));
  }

  /** The server and its connections stand still: nobody is told anything. Returns what lets them go on. */
  async freeze(): Promise<() => void> {
    const pids = await familyOf(this.sshd.pid);
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    return () => {
      for (const pid of pids) process.kill(pid, "SIGCONT");
    };
  }

  async start({ newKey = false } = {}): Promise<void> {
    if (newKey) await forgetHostKey(this.folder);
    this.sshd = await this.launch();
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** A host of its own on a server that several tests share. */
export async function sshHost(server: TestServer): Promise<TestHost> {
  const root = await mkdtemp(join(tmpdir(), "ssh host "));
  const transport = await server.transport();
  return {
    transport,
    host: server.host(root),
    address: "127.0.0.1",
    async dispose() {
      await transport.close();
      await makeWritable(root);
      // The keeper of a stopped service writes its exit code a moment after the process is gone.
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
