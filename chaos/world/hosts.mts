/** Three hosts on this machine: folders of their own, small disks where they can be mounted, and a gate before every command. */
import { execFileSync } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { HOSTS, type HostName } from "../plan/fleet.mjs";
import { killIfThere, processesOf } from "./leftovers.mjs";

/** Room for the releases, journals and logs of a run. */
const DISK = "48m";

/**
 * In front of every program that a worker runs on a host. It finds out which host is meant by the folder in its arguments, does what
 * is broken there, and otherwise is gone: what it starts does not know of it.
 */
const GATE = `#!/bin/sh
PATH=\${PATH#*:}
export PATH
case \${4:-} in
  "@HOSTS@"/*)
    host=\${4#"@HOSTS@"/}
    host=@FAULTS@/\${host%%/*}
    [ ! -e "$host.silent" ] || exit 255
    while [ -e "$host.hangs" ]; do sleep 0.1; done
    [ ! -e "$host.slow" ] || sleep "$(cat "$host.slow" 2>/dev/null || echo 0)"
    if mv "$host.dies" "$host.dies.$$" 2>/dev/null; then
      SLIPWAY_TEST_DIE_AT=$(cat "$host.dies.$$")
      export SLIPWAY_TEST_DIE_AT
      rm -f "$host.dies.$$"
    fi
    ;;
esac
exec /bin/sh "$@"
`;

export class ChaosHosts {
  private constructor(
    readonly folder: string,
    private readonly faults: string,
    /** Before the others in the workers' PATH. */
    readonly gate: string,
    /** Whether each host has a small disk of its own that can be full. */
    readonly haveDisks: boolean,
  ) {}

  static async make(run: string): Promise<ChaosHosts> {
    const folder = path.join(run, "hosts");
    const faults = path.join(run, "faults");
    const gate = path.join(run, "gate");
    for (const each of [folder, faults, gate]) await mkdir(each);
    await writeFile(path.join(gate, "sh"), GATE.replaceAll("@HOSTS@", folder).replaceAll("@FAULTS@", faults));
    await chmod(path.join(gate, "sh"), 0o755);
    const mounted: boolean[] = [];
    for (const host of HOSTS) {
      await mkdir(path.join(folder, host));
      mounted.push(mountDisk(path.join(folder, host)));
    }
    return new ChaosHosts(folder, faults, gate, mounted.every(Boolean));
  }

  root(host: HostName): string {
    return path.join(this.folder, host);
  }

  /** `what` holds until `mend`. */
  async breakHost(host: HostName, what: "silent" | "hangs" | "slow" | "dies", how = ""): Promise<void> {
    await writeFile(this.flag(host, what), how);
  }

  async mendHost(host: HostName, what: "silent" | "hangs" | "slow" | "dies"): Promise<void> {
    await rm(this.flag(host, what), { force: true });
  }

  /** Not a byte is left on it. Only where it has a disk of its own. */
  fillDisk(host: HostName): void {
    for (const size of [1 << 20, 4096, 1]) {
      try {
        for (;;) appendFileSync(this.ballast(host), Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      }
    }
  }

  async emptyDisk(host: HostName): Promise<void> {
    await rm(this.ballast(host), { force: true });
  }

  async mendAll(): Promise<void> {
    for (const host of HOSTS) {
      for (const what of ["silent", "hangs", "slow", "dies"] as const) await this.mendHost(host, what);
      await this.emptyDisk(host);
    }
  }

  /** Kills one shell that is in the middle of a change on this host; null when none is. */
  killShell(host: HostName): number | null {
    const root = this.root(host);
    for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
      const line = commandLine(pid);
      if (line.includes("_activate") && line.includes(root) && killIfThere(pid)) return pid;
    }
    return null;
  }

  private flag(host: HostName, what: string): string {
    return path.join(this.faults, `${host}.${what}`);
  }

  private ballast(host: HostName): string {
    return path.join(this.root(host), "ballast");
  }
}

/** The main processes of an instance, by what they were started with: more than one is one too many. */
export function processesOfInstance(hostFolder: string, instance: string): readonly number[] {
  return processesOf(hostFolder).filter((pid) => {
    const environment = readIfThere(`/proc/${pid}/environ`).split("\0");
    return environment.includes(`SLIPWAY_INSTANCE=${instance}`) && !readIfThere(`/proc/${pid}/comm`).startsWith("sh");
  });
}

function commandLine(pid: number): readonly string[] {
  return readIfThere(`/proc/${pid}/cmdline`).split("\0");
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function mountDisk(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK},mode=755`, "tmpfs", folder], { stdio: "ignore" });
    return readdirSync(folder).length === 0;
  } catch {
    return false;
  }
}
