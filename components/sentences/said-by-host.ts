import type { Coded } from "./sentences";

/** What host.sh writes where it has a word of its own, not one of the program that it runs: a closed set, in English. */
const WORDS: Readonly<Record<string, string>> = {
  "connection refused": "refused",
  timeout: "timeout",
  "no answer": "no_answer",
  connected: "connected",
  "the host has neither curl nor wget": "no_client",
  "the program is not there or cannot be run": "not_runnable",
  "the program could not be started": "not_started",
  "its status command does not say that it runs": "status_denies",
};
const NUMBERED: readonly (readonly [RegExp, string])[] = [
  [/^(?<status>\d{3}) from (?<path>\/\S*)$/, "status"],
  [/^command ended with (?<status>\d+)$/, "command"],
  [/^its start command ended with status (?<status>\d+)$/, "start_command"],
];

/** A line of host.sh as a code of `conditions.answer`, to be told in the reader's language; null for anything else. */
export function saidByHost(text: string): Coded | null {
  const line = text.replace(/^last answer: /, "");
  const word = Object.hasOwn(WORDS, line) ? WORDS[line] : undefined;
  if (word !== undefined) return { code: word, params: {} };
  for (const [pattern, code] of NUMBERED) {
    const found = pattern.exec(line);
    if (found !== null) return { code, params: { ...found.groups } };
  }
  return null;
}
