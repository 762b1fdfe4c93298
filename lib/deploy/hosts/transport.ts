import type { Readable } from "node:stream";
import { shownText } from "../domain/shown-text";
import {
  type ActivateCommand,
  type ActivateResult,
  type CallOptions,
  type FenceCommand,
  type HostRef,
  HostUnreachable,
  type InstanceReport,
  type StageResult,
  StaleGeneration,
  type Transport,
} from "../ports";
import { AnswerBroken, type HostAnswer, parseAnswer, VERIFYING } from "./answer";
import type { Channel } from "./channel";
import type { HostArguments } from "./commands";
import * as commands from "./commands";
import { type HostProgram, runHostProgram } from "./host-program";
import { type ReadReport, readReport } from "./journal";
import { specOf } from "./spec";
import { type AskOptions, Staging } from "./staging";

const QUICK_MS = 30_000;
/** A host that brings a release says at once that it begins. A deployment may go on without one that was silent for so long. */
const BEGINS_MS = 6_000;
const SHOWN = 500;
/** A minute each (`HOOK_LIMIT_S` of host.sh): two on the way forward, one on the way back, and one to spare. */
const HOOKS_MS = 4 * 60_000;
/** Commands that may take as long as a service takes to start, or a package to arrive. */
const LASTING: ReadonlySet<string> = new Set(["stage", "fetch", "activate", "boot", "stop"]);

/** Longest time that a change and its way back may take on the host, with room to spare. */
function activationBoundMs({ settings }: ActivateCommand): number {
  return (settings.startDeadlineS * 3 + settings.stopGraceS * 3) * 1000 + HOOKS_MS + QUICK_MS;
}

/** Calls `then` once, when a line of what it is told is `word`. */
function heard(word: string, then: () => void): (text: string) => void {
  let line = "";
  let told = false;
  return (text) => {
    if (told) return;
    const lines = (line + text).split("\n");
    line = lines.pop() ?? "";
    if (!lines.includes(word)) return;
    told = true;
    then();
  };
}

/** The `Transport` port over a channel: `host.sh` does the work, this asks it and reads its answers. */
export class HostTransport implements Transport {
  private readonly staging = new Staging((...args) => this.ask(...args), BEGINS_MS);

  constructor(
    private readonly channel: Channel,
    private readonly program: HostProgram,
  ) {}

  private async ask(host: HostRef, args: HostArguments, options: AskOptions, stdin?: string | Readable): Promise<HostAnswer> {
    const lasting = LASTING.has(args[0]);
    const output = await runHostProgram(this.channel, this.program, host, args, {
      ...options,
      lasting,
      stdin: () => stdin ?? "",
    });
    return this.reading(host, () => parseAnswer(output.stdout), output.stderr);
  }

  /** An answer that cannot be read is no answer: what the host did is unknown. */
  private reading<T>(host: HostRef, read: () => T, said = ""): T {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof AnswerBroken || cause instanceof URIError)) throw cause;
      const complaint = said.trim().split("\n").at(-1) ?? "";
      const why = complaint === "" ? cause.message : `${cause.message} (${complaint})`;
      throw new HostUnreachable(host.name, shownText(why, SHOWN), { cause });
    }
  }

  private reports(host: HostRef, answer: HostAnswer, instances: readonly string[], tx: string | null = null): ReadReport[] {
    return this.reading(host, () =>
      instances.map((instance, index) => {
        const raw = answer.reports[index];
        if (!raw) throw new AnswerBroken(`nothing about ${instance}`);
        if (raw.tooNew) throw new AnswerBroken(`the journal of ${instance} was written by a newer version of host.sh`);
        return readReport(raw, instance, answer.releases, tx);
      }),
    );
  }

  /** For commands that either do what they say or throw. */
  private report(host: HostRef, answer: HostAnswer, instance: string): InstanceReport {
    if (answer.stale !== null) throw new StaleGeneration(instance, answer.stale);
    if (answer.refused !== null) throw new HostUnreachable(host.name, `refused: ${answer.refused}`);
    const [read] = this.reports(host, answer, [instance]);
    if (!read) throw new HostUnreachable(host.name, `nothing about ${instance}`);
    return read.report;
  }

  stage(...args: Parameters<Transport["stage"]>): Promise<StageResult> {
    return this.staging.stage(...args);
  }

  async activate(
    host: HostRef,
    command: ActivateCommand,
    { onVerifying, ...options }: CallOptions & { readonly onVerifying?: () => void } = {},
  ): Promise<ActivateResult> {
    const bound = { timeoutMs: activationBoundMs(command), ...options, onText: onVerifying && heard(VERIFYING, onVerifying) };
    const answer = await this.ask(host, commands.activate(command), bound, specOf(command));
    if (answer.stale !== null) {
      return { kind: "refused", code: "stale_generation", detail: `the host has seen generation ${answer.stale}`, report: null };
    }
    if (answer.refused !== null) {
      const readable = answer.reports.length > 0 && answer.reports.every((raw) => !raw.tooNew);
      const read = readable ? this.reports(host, answer, [command.instance])[0] : undefined;
      return { kind: "refused", code: answer.refused, detail: "nothing was begun", report: read?.report ?? null };
    }
    const [read] = this.reports(host, answer, [command.instance], command.tx);
    if (!read?.asked) throw new HostUnreachable(host.name, `its journal does not have ${command.tx}`);
    return this.outcome(host, read.asked, read.report);
  }

  private outcome(host: HostRef, entry: NonNullable<ReadReport["asked"]>, report: InstanceReport): ActivateResult {
    switch (entry.outcome) {
      case "done":
        return { kind: "verified", changed: true, report };
      case "unchanged":
        return { kind: "verified", changed: false, report };
      case "reverted":
      case "down":
        return {
          kind: entry.outcome,
          code: entry.code ?? "internal",
          detail: entry.detail,
          evidence: entry.evidence ?? { exitCode: null, signal: null, health: [], log: [] },
          report,
        };
      case "open":
        throw new HostUnreachable(host.name, "the change was interrupted again and again; it is not settled yet");
    }
  }

  async fence(host: HostRef, command: FenceCommand, options: CallOptions = {}): Promise<InstanceReport> {
    const answer = await this.ask(host, commands.fence(command), { timeoutMs: QUICK_MS, ...options });
    return this.report(host, answer, command.instance);
  }

  async inspect(
    host: HostRef,
    instances: readonly string[],
    options: CallOptions & { readonly check?: boolean } = {},
  ): Promise<readonly InstanceReport[]> {
    const { check = false, ...call } = options;
    const answer = await this.ask(host, commands.inspect(instances, check), { timeoutMs: QUICK_MS, ...call });
    return this.reports(host, answer, instances).map(({ report }) => report);
  }

  async boot(host: HostRef, instances: readonly string[], options: CallOptions = {}): Promise<readonly InstanceReport[]> {
    const answer = await this.ask(host, commands.boot(instances), options);
    return this.reports(host, answer, instances).map(({ report }) => report);
  }

  async powerOff(
    host: HostRef,
    command: { readonly instance: string; readonly generation: number },
    options: CallOptions = {},
  ): Promise<InstanceReport> {
    return this.report(host, await this.ask(host, commands.powerOff(command), options), command.instance);
  }

  async stop(
    host: HostRef,
    command: { readonly instance: string; readonly tx: string; readonly generation: number },
    options: CallOptions = {},
  ): Promise<InstanceReport> {
    const report = this.report(host, await this.ask(host, commands.stop(command), options), command.instance);
    if (report.process !== null) throw new HostUnreachable(host.name, "its process is still there");
    return report;
  }

  async prune(
    host: HostRef,
    keep: readonly string[],
    options: CallOptions = {},
  ): Promise<{ readonly removed: readonly string[] }> {
    const answer = await this.ask(host, commands.prune(keep), { timeoutMs: QUICK_MS, ...options });
    return { removed: answer.removed };
  }

  close(): Promise<void> {
    return this.channel.close();
  }
}
