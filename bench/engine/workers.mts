/** Starts and ends null workers, each by its own process id. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import type { Scratch, Undo } from "../scratch.mjs";

const took = z.object({ statements: z.number(), peakBytes: z.number(), cpuMs: z.number() });
/** What a worker has taken since it began. */
export type Took = z.infer<typeof took>;

export class NullWorker {
  private constructor(private readonly child: ChildProcess) {}

  /** Ready, and known to be alive; `elsewhere`: as on a machine from which nobody here can see it. It ends with the script at the latest. */
  static async start({ databaseUrl, folder }: Scratch, undo: Undo, { elsewhere = false } = {}): Promise<NullWorker> {
    const child = spawn(
      process.execPath,
      [...process.execArgv, join(import.meta.dirname, "null-worker.mts"), ...(elsewhere ? ["elsewhere"] : [])],
      {
        env: { ...process.env, DATABASE_URL: databaseUrl, SLIPWAY_DATA: folder },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      },
    );
    const worker = new NullWorker(child);
    undo(() => worker.kill());
    await worker.message();
    return worker;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async took(): Promise<Took> {
    const told = this.message();
    this.child.send("took");
    return took.parse(await told);
  }

  /** Gives everything back and ends. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.ended();
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended();
  }

  private async message(): Promise<unknown> {
    const [message] = await Promise.race([
      once(this.child, "message"),
      once(this.child, "exit").then(([code]) => {
        throw new Error(`the worker ended with ${String(code)}`);
      }),
    ]);
    return message;
  }

  private async ended(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
  }
}
