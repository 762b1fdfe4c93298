/** Something that may never be, found. */
export interface Violation {
  /** Which rule it breaks: `docs/reliability.md` says what each means. */
  readonly rule:
    | "unended"
    | "record"
    | "nothing_runs"
    | "runs_twice"
    | "history_and_journal"
    | "replay"
    | "lost"
    | "answered_wrongly"
    | "brought_back"
    | "history_changed"
    | "stream";
  /** The rollout, instance or reader. */
  readonly subject: string;
  readonly detail: string;
}

export function byKey<T>(rows: readonly T[], key: (row: T) => string | null): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const name = key(row);
    if (name === null) continue;
    const list = found.get(name);
    if (list === undefined) found.set(name, [row]);
    else list.push(row);
  }
  return found;
}
