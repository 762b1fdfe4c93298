import { type ChildProcess, spawn } from "node:child_process";
import { type CallOptions, type HostRef, HostUnreachable } from "../ports";
import type { Channel, HostCommand, HostOutput } from "./channel";
import { collect } from "./collect";
import { feed } from "./stdin";
import { tooLate, whyOf } from "./too-late";

const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ"] as const;

/** What programs on this machine see of the console's environment: never its database or its secrets. */
export function cleanEnvironment(of: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name): [string, string][] => {
      const value = of[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The types of Next say that every environment has NODE_ENV, so one is emptied instead of a new one made. */
function onlyThese(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const emptied = { ...process.env };
  for (const name of Object.keys(emptied)) Reflect.deleteProperty(emptied, name);
  return Object.assign(emptied, environment);
}

/** Runs programs on this machine, each in a process group of its own; killing one never reaches what it detached. */
export class LocalChannel implements Channel {
  private readonly children = new Set<ChildProcess>();

  /** `environment`: all that programs see; what the console itself was started with, cleaned, unless told otherwise. */
  constructor(private readonly environment: Readonly<Record<string, string>> = cleanEnvironment(process.env)) {}

  run(
    host: HostRef,
    { argv: [program, ...args], stdin, onText, onTurn }: HostCommand,
    options: CallOptions = {},
  ): Promise<HostOutput> {
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) {
        reject(whyOf(options.signal) ?? new HostUnreachable(host.name, "given up before it was asked"));
        return;
      }
      onTurn?.();
      const child = spawn(program, args, {
        env: onlyThese(this.environment),
        cwd: "/",
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      });
      this.children.add(child);
      const giveUp = (reason: unknown) => {
        killGroup(child);
        settle(() => reject(reason));
      };
      const { timeoutMs } = options;
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => giveUp(tooLate(host.name, timeoutMs)), timeoutMs);
      const onAbort = () =>
        giveUp(whyOf(options.signal) ?? new HostUnreachable(host.name, "given up while waiting for its answer"));
      options.signal?.addEventListener("abort", onAbort, { once: true });
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", onAbort);
        this.children.delete(child);
        finish();
      };
      const tooLong = () => giveUp(new HostUnreachable(host.name, "its answer is too long"));
      const stdout = collect(child.stdout, tooLong);
      if (onText) child.stdout.on("data", (chunk: Buffer) => onText(chunk.toString("utf8")));
      const stderr = collect(child.stderr, tooLong);
      feed(child.stdin, stdin).catch(giveUp);
      child.once("error", (cause) => settle(() => reject(new HostUnreachable(host.name, `could not run ${program}`, { cause }))));
      child.once("close", (code, signal) =>
        settle(() =>
          code === null
            ? reject(new HostUnreachable(host.name, `the program was ended by ${String(signal)}`))
            : resolve({ code, stdout: stdout(), stderr: stderr() }),
        ),
      );
    });
  }

  /** Ends the calls under way; transactions and services go on. */
  async close(): Promise<void> {
    for (const child of this.children) killGroup(child);
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
