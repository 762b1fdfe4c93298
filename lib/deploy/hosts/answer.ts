/**
 * What `host.sh` prints: lines of "word rest", opened by its format and closed by "end". Parsed strictly: an answer that was
 * cut off, or has a line that nobody knows, is no answer.
 */
import { FAILURE_CODES, type FailureCode } from "../domain/errors";

/** Printed once, before the answer, when a change has been started and is being verified. */
export const VERIFYING = "verifying";

export class AnswerBroken extends Error {
  override readonly name = "AnswerBroken";
}

/** One instance as its host printed it; journals and evidence are still text. */
export interface RawReport {
  readonly instance: string;
  readonly generation: number;
  /** The host's `host.sh` is older than the one that wrote this journal. */
  readonly tooNew: boolean;
  readonly active: string | null;
  readonly verified: string | null;
  readonly process: { readonly pid: number; readonly startedAt: Date } | null;
  readonly answers: boolean | null;
  readonly restarts: number;
  /** Activation → lines, oldest activation first. */
  readonly journals: ReadonlyMap<string, readonly string[]>;
  readonly evidence: ReadonlyMap<string, readonly string[]>;
}

export interface HostAnswer {
  /** Highest generation seen, when the command named a lower one. */
  readonly stale: number | null;
  readonly refused: FailureCode | null;
  readonly have: { readonly complete: boolean; readonly offset: number } | null;
  readonly staged: "moved" | "unmoved" | null;
  readonly failed: { readonly code: FailureCode; readonly detail: string } | null;
  readonly releases: readonly string[];
  readonly removed: readonly string[];
  readonly reports: readonly RawReport[];
}

/** A failure code that this program knows; the host's code is part of this program, so another one is a broken answer. */
export function failureCode(word: string): FailureCode {
  const known = FAILURE_CODES.find((code) => code === word);
  if (!known) throw new AnswerBroken(`no such code: ${word}`);
  return known;
}

/** `most`: what is more is no number that a host of ours would tell. */
export function wholeNumber(word: string | undefined, most = 10 ** 15 - 1): number {
  if (word === undefined || !/^[0-9]{1,15}$/.test(word) || Number(word) > most)
    throw new AnswerBroken(`not a number: ${String(word)}`);
  return Number(word);
}

/** What is greater could not be stored, and would hold up all that is stored with it. */
const MOST_STORED = 2 ** 31 - 1;
const LAST_MOMENT_MS = Date.UTC(9999, 11, 31);

/** A process, a settings revision or a count. */
export const storedNumber = (word: string | undefined): number => wholeNumber(word, MOST_STORED);

/** Milliseconds since 1970, in years of four digits. */
export const momentOf = (word: string | undefined): Date => new Date(wholeNumber(word, LAST_MOMENT_MS));

function processOf(rest: string): RawReport["process"] {
  const [pid, since] = rest.split(" ");
  return { pid: storedNumber(pid), startedAt: momentOf(since) };
}

class ReportBuilder {
  private report: { -readonly [K in keyof RawReport]: RawReport[K] };
  private readonly journals = new Map<string, string[]>();
  private readonly evidence = new Map<string, string[]>();
  private lines: string[] | null = null;

  constructor(instance: string) {
    this.report = {
      instance,
      generation: 0,
      tooNew: false,
      active: null,
      verified: null,
      process: null,
      answers: null,
      restarts: 0,
      journals: this.journals,
      evidence: this.evidence,
    };
  }

  build(): RawReport {
    return this.report;
  }

  line(word: string, rest: string): void {
    switch (word) {
      case "generation":
        this.report.generation = wholeNumber(rest);
        return;
      case "too-new":
        this.report.tooNew = true;
        return;
      case "active":
        this.report.active = rest;
        return;
      case "verified":
        this.report.verified = rest;
        return;
      case "process":
        this.report.process = processOf(rest);
        return;
      case "answers":
        if (rest !== "yes" && rest !== "no") throw new AnswerBroken(`answers ${rest}`);
        this.report.answers = rest === "yes";
        return;
      case "restarts":
        this.report.restarts = storedNumber(rest);
        return;
      case "entry":
        this.lines = [];
        this.journals.set(rest, this.lines);
        return;
      case "evidence":
        this.lines = [];
        this.evidence.set(rest, this.lines);
        return;
      case "j":
      case "e":
        if (!this.lines) throw new AnswerBroken("a line that belongs to nothing");
        this.lines.push(rest);
        return;
      default:
        throw new AnswerBroken(`an unknown line: ${word}`);
    }
  }
}

/** Throws AnswerBroken unless it is a whole answer of a known format. */
export function parseAnswer(stdout: string): HostAnswer {
  const lines = stdout.split("\n");
  // What was said while the change was under way.
  if (lines[0] === VERIFYING) lines.shift();
  if (lines[0] !== "slipway-answer 1") throw new AnswerBroken("no answer of a known format");
  if (lines.at(-1) !== "" || lines.at(-2) !== "end") throw new AnswerBroken("the answer was cut off");
  const answer: { -readonly [K in keyof HostAnswer]: HostAnswer[K] } = {
    stale: null,
    refused: null,
    have: null,
    staged: null,
    failed: null,
    releases: [],
    removed: [],
    reports: [],
  };
  const releases: string[] = [];
  const removed: string[] = [];
  const builders: ReportBuilder[] = [];
  for (const line of lines.slice(1, -2)) {
    const blank = line.indexOf(" ");
    const word = blank < 0 ? line : line.slice(0, blank);
    const rest = blank < 0 ? "" : line.slice(blank + 1);
    const report = builders.at(-1);
    if (word === "instance") builders.push(new ReportBuilder(rest));
    else if (report) report.line(word, rest);
    else if (word === "release") releases.push(rest);
    else if (word === "removed") removed.push(rest);
    else if (word === "stale") answer.stale = wholeNumber(rest);
    else if (word === "refused") answer.refused = failureCode(rest);
    else if (word === "staged" && (rest === "moved" || rest === "unmoved")) answer.staged = rest;
    else if (word === "have") {
      const [complete, offset] = rest.split(" ");
      answer.have = { complete: complete === "yes", offset: wholeNumber(offset) };
    } else if (word === "failed") {
      const [code = "", ...detail] = rest.split(" ");
      answer.failed = { code: failureCode(code), detail: detail.join(" ") };
    } else throw new AnswerBroken(`an unknown line: ${word}`);
  }
  return { ...answer, releases, removed, reports: builders.map((builder) => builder.build()) };
}
