import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { forgetProcess, rememberProcess, stopProcess } from "../preflight/processes.mjs";
import { openLog, record } from "./logfile.mjs";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Who ran this long is not falling over at once: its next fall starts the pauses afresh. */
const SETTLED_MS = 60_000;

export interface Part {
  readonly name: "web" | "worker";
  /** Arguments to Node. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
  readonly data: string;
  /** Whether the next start on this data folder may end it, should we be killed: nobody else uses the folder. */
  readonly remembered: boolean;
  /** How long it may take to stop, in milliseconds, before it is killed. */
  readonly patienceMs: number;
  readonly say: (sentence: string) => void;
}

export interface Supervised {
  /** Times that it has ended although nobody asked it to. */
  readonly falls: number;
  readonly logFile: string;
  /** Resolves when its process is gone. */
  stop(hurried: AbortSignal): Promise<void>;
}

/** Starts a part of Slipway and keeps it running: when it ends unasked it is started again, after a pause that doubles up to half a minute. */
export function supervise(part: Part): Supervised {
  const logFile = path.join(part.data, "logs", `${part.name}.log`);
  const stopping = new AbortController();
  const log = openLog(logFile);
  let child: ChildProcess | undefined;
  let falls = 0;

  async function keepRunning(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !stopping.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const startedAt = performance.now();
      const started = startPart(part);
      child = started;
      record(started.stdout, log, (message) => part.say(`${part.name}: ${message}`));
      record(started.stderr, log, (message) => part.say(`${part.name}: ${message}`));
      const exit = once(started, "exit");
      if (started.pid && part.remembered) rememberProcess(part.data, part.name, started.pid);
      const [code, signal] = await exit;
      if (stopping.signal.aborted) return;
      falls += 1;
      if (performance.now() - startedAt > SETTLED_MS) pause = FIRST_PAUSE_MS;
      part.say(
        `The ${part.name} process ended (${signal ?? `exit ${code}`}) and is started again in ${pause / 1000} s; see ${logFile}`,
      );
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = keepRunning();
  return {
    get falls() {
      return falls;
    },
    logFile,
    async stop(hurried) {
      stopping.abort();
      if (child?.pid) await stopProcess(child.pid, part.patienceMs, hurried);
      await running;
      log.end();
      if (part.remembered) forgetProcess(part.data, part.name);
    },
  };
}

/** In a session of its own: a Ctrl-C at the terminal is for the launcher, which stops its parts in order. */
function startPart({ args, env, root }: Part) {
  return spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
}
