import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface PartOptions {
  readonly name: string;
  /** Arguments to Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A web or worker process: killed, frozen and started again by its own id. */
export class Part {
  #child: ChildProcess | null = null;
  #frozen = false;

  constructor(private readonly options: PartOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** null while none runs. */
  get pid(): number | null {
    const child = this.#child;
    return child !== null && child.exitCode === null && child.signalCode === null ? (child.pid ?? null) : null;
  }

  get isFrozen(): boolean {
    return this.#frozen;
  }

  /** Does nothing while it runs. */
  start(): void {
    if (this.pid !== null) return;
    const log = openSync(this.options.logFile, "a");
    try {
      this.#child = spawn(process.execPath, this.options.args, {
        cwd: this.options.cwd,
        env: { ...process.env, ...this.options.env, NODE_ENV: "production" },
        stdio: ["ignore", log, log],
        detached: true,
      });
    } finally {
      closeSync(log);
    }
  }

  /** `kill -9`, over when it is gone and may be started again. False when it did not run. */
  async kill(): Promise<boolean> {
    const child = this.#child;
    if (child === null || this.pid === null) return false;
    this.#frozen = false;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    return true;
  }

  freeze(): boolean {
    if (this.pid === null || this.#frozen) return false;
    this.#frozen = true;
    return this.#child?.kill("SIGSTOP") ?? false;
  }

  wake(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    this.#child?.kill("SIGCONT");
  }

  /** As a person would; killed when it takes longer than that. */
  async stop(patienceMs: number): Promise<void> {
    const child = this.#child;
    if (child === null || this.pid === null) return;
    const ended = once(child, "exit");
    this.wake();
    child.kill("SIGTERM");
    const patience = new AbortController();
    await Promise.race([ended, sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    if (this.pid !== null) child.kill("SIGKILL");
    await ended;
  }
}
