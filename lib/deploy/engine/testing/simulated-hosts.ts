/**
 * Hosts in memory behind the `Transport` port: they keep their word as `host.sh` does (a key runs once, generations only rise, a fence
 * ends what is under way), and can fall silent, lose answers and be slow as a test wishes.
 */
import type { Readable } from "node:stream";
import type { Evidence } from "../../domain/errors";
import {
  type ActivateCommand,
  type ActivateResult,
  type FenceCommand,
  type HostRef,
  HostUnreachable,
  type InstanceReport,
  type JournalEntry,
  type ReleaseRef,
  type StageResult,
  StaleGeneration,
  type Transport,
} from "../../ports";

const NO_EVIDENCE: Evidence = { exitCode: 1, signal: null, health: [], log: ["it does not work"] };

interface Machine {
  generation: number;
  current: ReleaseRef | null;
  verified: ReleaseRef | null;
  process: { readonly pid: number; readonly startedAt: Date } | null;
  restarts: number;
  readonly journal: JournalEntry[];
  readonly ends: Map<string, Promise<ActivateResult>>;
  open: { readonly tx: string; readonly release: ReleaseRef; cancel: () => void } | null;
}

export class SimulatedHosts implements Transport {
  /** Names of hosts that cannot be asked; what is under way there goes on. */
  readonly silent = new Set<string>();
  /** Names of hosts that hear and do, and whose answers to changes are lost. */
  readonly mute = new Set<string>();
  /** Versions that do not come up. */
  readonly broken = new Set<string>();
  /** How long a change takes. */
  changeMs = 50;
  /** Instances being changed now, and the most that ever were; only those that a test counts. */
  counts: (instance: string) => boolean = () => true;
  readonly down = new Set<string>();
  mostDown = 0;
  private readonly machines = new Map<string, Machine>();
  private readonly releases = new Map<string, Set<string>>();
  private pids = 1000;

  machine(instance: string): Machine {
    const known = this.machines.get(instance);
    if (known) return known;
    const fresh: Machine = {
      generation: 0,
      current: null,
      verified: null,
      process: null,
      restarts: 0,
      journal: [],
      ends: new Map(),
      open: null,
    };
    this.machines.set(instance, fresh);
    return fresh;
  }

  /** The versions that the instance was changed to, in order. */
  changesOf(instance: string): readonly string[] {
    return this.machine(instance).journal.map((entry) => `${entry.release.version} ${entry.outcome}`);
  }

  /** Releases are taken from the host's disk; what runs goes on running. */
  forgetReleases(host: string): void {
    this.releases.delete(host);
  }

  /** The process of the instance ends by itself. */
  fallsOver(instance: string): void {
    this.machine(instance).process = null;
  }

  /** The process of the instance ends by itself, and its host starts another one before anybody asks. */
  restarts(instance: string): void {
    const machine = this.machine(instance);
    machine.process = this.newProcess();
    machine.restarts += 1;
  }

  async stage(host: HostRef, release: { readonly sha256: string }, open: () => Promise<Readable>): Promise<StageResult> {
    this.reach(host);
    const here = this.releasesOf(host);
    const moved = !here.has(release.sha256);
    if (moved) for await (const _ of await open()) this.reach(host);
    here.add(release.sha256);
    return { kind: "staged", moved };
  }

  async activate(
    host: HostRef,
    command: ActivateCommand,
    options: { readonly onVerifying?: () => void } = {},
  ): Promise<ActivateResult> {
    this.reach(host);
    const machine = this.machine(command.instance);
    const answer = (await machine.ends.get(command.tx)) ?? (await this.begin(host, machine, command, options.onVerifying));
    this.reach(host);
    if (this.mute.has(host.name)) throw new HostUnreachable(host.name, "the answer was lost");
    return answer;
  }

  private async begin(
    host: HostRef,
    machine: Machine,
    command: ActivateCommand,
    onVerifying?: () => void,
  ): Promise<ActivateResult> {
    while (machine.open) await machine.ends.get(machine.open.tx);
    const report = () => this.report(host, command.instance);
    if (command.generation < machine.generation) return { kind: "refused", code: "stale_generation", detail: "", report: null };
    machine.generation = command.generation;
    if (!this.releasesOf(host).has(command.release.sha256))
      return { kind: "refused", code: "release_missing", detail: "", report: report() };
    const { release, tx } = command;
    const same = machine.current?.sha256 === release.sha256 && machine.current.revision === release.revision;
    if (same && machine.process !== null && !command.force) {
      machine.journal.push(this.entry(command, machine, "unchanged"));
      const answer: ActivateResult = { kind: "verified", changed: false, report: report() };
      machine.ends.set(tx, Promise.resolve(answer));
      return answer;
    }
    const end = this.change(machine, command, report);
    machine.ends.set(tx, end);
    onVerifying?.();
    return end;
  }

  private async change(machine: Machine, command: ActivateCommand, report: () => InstanceReport): Promise<ActivateResult> {
    const { release, tx, instance } = command;
    machine.journal.push(this.entry(command, machine, "open"));
    this.goesDown(instance);
    machine.process = null;
    machine.restarts = 0;
    machine.current = release;
    const cancelled = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), this.changeMs);
      machine.open = {
        tx,
        release,
        cancel: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
    });
    machine.open = null;
    this.down.delete(instance);
    const fails = cancelled || this.broken.has(release.version);
    const back = machine.verified;
    if (fails) machine.current = back ?? release;
    else machine.verified = release;
    const runs = !fails || (back !== null && !this.broken.has(back.version));
    machine.process = runs ? this.newProcess() : null;
    const code = fails ? (cancelled ? "cancelled" : "exited") : null;
    const outcome = fails ? (runs ? "reverted" : "down") : "done";
    machine.journal[machine.journal.findLastIndex((entry) => entry.tx === tx)] = {
      ...this.entry(command, machine, outcome),
      code,
      endedAt: new Date(),
      evidence: fails ? NO_EVIDENCE : null,
    };
    if (code === null) return { kind: "verified", changed: true, report: report() };
    return { kind: runs ? "reverted" : "down", code, detail: "", evidence: NO_EVIDENCE, report: report() };
  }

  async fence(host: HostRef, { instance, generation, cancelUnless }: FenceCommand): Promise<InstanceReport> {
    this.reach(host);
    const machine = this.machine(instance);
    if (generation < machine.generation) throw new StaleGeneration(instance, machine.generation);
    machine.generation = generation;
    const { open } = machine;
    const isWanted =
      cancelUnless !== null &&
      cancelUnless !== "always" &&
      open?.release.sha256 === cancelUnless.sha256 &&
      open.release.revision === cancelUnless.revision;
    if (open && cancelUnless !== null && !isWanted) open.cancel();
    return this.report(host, instance);
  }

  async inspect(host: HostRef, instances: readonly string[]): Promise<readonly InstanceReport[]> {
    this.reach(host);
    return instances.map((instance) => this.report(host, instance));
  }

  boot(host: HostRef, instances: readonly string[]): Promise<readonly InstanceReport[]> {
    return this.inspect(host, instances);
  }

  async powerOff(host: HostRef, { instance }: { readonly instance: string }): Promise<InstanceReport> {
    this.reach(host);
    this.machine(instance).process = null;
    return this.report(host, instance);
  }

  async stop(host: HostRef, command: { readonly instance: string; readonly generation: number }): Promise<InstanceReport> {
    this.reach(host);
    const machine = this.machine(command.instance);
    if (command.generation < machine.generation) throw new StaleGeneration(command.instance, machine.generation);
    machine.generation = command.generation;
    machine.process = null;
    return this.report(host, command.instance);
  }

  async prune(): Promise<{ readonly removed: readonly string[] }> {
    return { removed: [] };
  }

  async close(): Promise<void> {
    for (const machine of this.machines.values()) machine.open?.cancel();
  }

  private reach(host: HostRef): void {
    if (this.silent.has(host.name)) throw new HostUnreachable(host.name, "no answer");
  }

  private releasesOf(host: HostRef): Set<string> {
    const here = this.releases.get(host.name) ?? new Set<string>();
    this.releases.set(host.name, here);
    return here;
  }

  private goesDown(instance: string): void {
    if (this.counts(instance)) this.down.add(instance);
    this.mostDown = Math.max(this.mostDown, this.down.size);
  }

  private newProcess() {
    this.pids += 1;
    return { pid: this.pids, startedAt: new Date() };
  }

  private entry(
    { tx, generation, mode, release }: ActivateCommand,
    machine: Machine,
    outcome: JournalEntry["outcome"],
  ): JournalEntry {
    return {
      tx,
      generation,
      mode,
      outcome,
      release,
      previous: machine.verified,
      code: null,
      detail: "",
      evidence: null,
      startedAt: new Date(),
      endedAt: null,
    };
  }

  private report(host: HostRef, instance: string): InstanceReport {
    const { generation, current, verified, process, restarts, journal, open } = this.machine(instance);
    return {
      instance,
      generation,
      current,
      verified,
      process,
      restarts,
      answers: process !== null,
      openTx: open?.tx ?? null,
      journal: [...journal],
      releases: [...this.releasesOf(host)],
    };
  }
}
