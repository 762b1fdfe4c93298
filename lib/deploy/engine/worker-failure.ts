import { maskOf } from "../domain/secrets";
import type { ServiceSettings } from "../domain/settings";
import type { StepOutcome } from "../domain/step-outcome";

const MOST_LINES = 5;
const MOST_LETTERS = 300;
/** Name and password in an address. */
const LOGIN = /\/\/[^/\s@]+@/g;

/**
 * What a worker that failed itself says of it: nobody blames a host for it. Secrets of the service are masked; while its settings are
 * not known only the kind of error is told.
 */
export function workerFailure(error: unknown, settings: ServiceSettings | null): StepOutcome {
  const name = error instanceof Error ? error.name : typeof error;
  const mask = settings === null ? null : maskOf(settings);
  const said = mask === null ? [] : linesOf(error).map((line) => mask(line.replaceAll(LOGIN, "//•••@")).slice(0, MOST_LETTERS));
  return {
    kind: "worker_failed",
    detail: said[0] === undefined ? name : `${name}: ${said[0]}`,
    evidence: { exitCode: null, signal: null, health: [], log: said },
  };
}

function linesOf(error: unknown): readonly string[] {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, MOST_LINES);
}
