/** From the lines of a host's journal to what the engine records. */
import { constants } from "node:os";
import type { Evidence } from "../domain/errors";
import type { InstanceReport, JournalEntry, ReleaseRef } from "../ports";
import { AnswerBroken, failureCode, momentOf, type RawReport, storedNumber, wholeNumber } from "./answer";
import { decodeName } from "./encoding";

const SHOWN = 50;
const MODES = ["deployment", "rollback", "hand"] as const;
const ENDS = ["done", "unchanged", "reverted", "down"] as const;

interface Activation {
  readonly release: ReleaseRef;
  readonly previous: string | null;
  readonly entry: Omit<JournalEntry, "previous" | "evidence">;
}

function activationOf(name: string, lines: readonly string[]): Activation {
  const entries = lines.map((line) => line.replace(/ \.$/, "").split(" "));
  const begun = entries.find(([word]) => word === "begun");
  if (!begun) throw new AnswerBroken(`the journal of ${name} has no beginning`);
  const [, startedAt, tx = "", generation, modeWord, sha256 = "", revision, version = "", previous] = begun;
  const mode = MODES.find((known) => known === modeWord);
  if (!mode) throw new AnswerBroken(`the journal of ${name} has the mode ${String(modeWord)}`);
  const release = { sha256, version: decodeName(version), revision: storedNumber(revision) };
  const end = entries.find(([word]) => ENDS.some((known) => known === word));
  const [endWord, endedAt, code, ...detail] = end ?? [];
  return {
    release,
    previous: previous === "-" || previous === undefined ? null : previous,
    entry: {
      tx: decodeName(tx),
      generation: wholeNumber(generation),
      mode,
      outcome: ENDS.find((known) => known === endWord) ?? "open",
      release,
      code: code === undefined ? null : failureCode(code),
      detail: detail.join(" "),
      startedAt: momentOf(startedAt),
      endedAt: end ? momentOf(endedAt) : null,
    },
  };
}

/** A shell tells a signal as 128 plus its number. */
function exitOf(status: number): Pick<Evidence, "exitCode" | "signal"> {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal ? { exitCode: null, signal: signal[0] } : { exitCode: status, signal: null };
}

function evidenceOf(lines: readonly string[]): Evidence {
  let exit: Pick<Evidence, "exitCode" | "signal"> = { exitCode: null, signal: null };
  const health: Evidence["health"][number][] = [];
  const log: string[] = [];
  for (const line of lines) {
    const [word, first, second, ...rest] = line.split(" ");
    if (word === "exit") exit = exitOf(wholeNumber(first));
    else if (word === "health")
      health.push({ at: momentOf(first).toISOString(), healthy: second === "1", detail: rest.join(" ") });
    else if (word === "log") log.push(line.slice("log ".length));
    else throw new AnswerBroken(`evidence has an unknown line: ${String(word)}`);
  }
  return { ...exit, health, log };
}

export interface ReadReport {
  readonly report: InstanceReport;
  /** The transaction that was asked for, even when the report's journal no longer reaches back to it. */
  readonly asked: JournalEntry | null;
}

/** Throws AnswerBroken for a journal that this program did not write. */
export function readReport(raw: RawReport, instance: string, releases: readonly string[], tx: string | null): ReadReport {
  const activations = new Map([...raw.journals].map(([name, lines]) => [name, activationOf(name, lines)]));
  const releaseOf = (name: string | null) => (name === null ? null : (activations.get(name)?.release ?? null));
  const journal = [...activations].map(([name, activation]): JournalEntry => {
    const evidence = raw.evidence.get(name);
    return { ...activation.entry, previous: releaseOf(activation.previous), evidence: evidence ? evidenceOf(evidence) : null };
  });
  return {
    asked: journal.find((entry) => entry.tx === tx) ?? null,
    report: {
      instance,
      generation: raw.generation,
      current: releaseOf(raw.active),
      verified: releaseOf(raw.verified),
      process: raw.process,
      answers: raw.answers,
      restarts: raw.restarts,
      openTx: journal.find((entry, index) => entry.outcome === "open" && index === journal.length - 1)?.tx ?? null,
      journal: journal.slice(-SHOWN),
      releases,
    },
  };
}
