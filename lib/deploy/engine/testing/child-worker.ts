import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";

/** Names the folder of another `host.sh` to the worker; empty for this build's own. */
export const PROGRAM_FOLDER = "SLIPWAY_TEST_PROGRAM_FOLDER";
const PROGRAM = join(import.meta.dirname, "worker-process.mts");

/** A worker in a process of its own; every signal goes to that one process, by its number. */
export class ChildWorker {
  private constructor(
    private readonly child: ChildProcess,
    private readonly said: string[],
  ) {}

  static start(environment: Readonly<Record<string, string>>): Promise<ChildWorker> {
    return new Promise((ready, reject) => {
      const child = spawn(process.execPath, ["--import", "tsx", PROGRAM], {
        cwd: resolve("."),
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const worker = new ChildWorker(child, []);
      child.stderr.on("data", (chunk: Buffer) => worker.said.push(chunk.toString()));
      child.stdout.once("data", () => ready(worker));
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`the worker ended before it ran: ${worker.said.join("")}`)));
    });
  }

  /** What it complained about. */
  get complaints(): string {
    return this.said.join("");
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the worker has no process");
    return this.child.pid;
  }

  /** Nothing of it runs on: SIGKILL cannot be handled. */
  kill(): Promise<void> {
    return this.end("SIGKILL");
  }

  private end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    const ended = new Promise<void>((done) => this.child.once("exit", () => done()));
    this.child.kill(signal);
    return ended;
  }

  /** As a service manager stops it. */
  stop(): Promise<void> {
    return this.end("SIGTERM");
  }

  freeze(): void {
    this.child.kill("SIGSTOP");
  }

  wake(): void {
    this.child.kill("SIGCONT");
  }
}
