/** Rules of the history: it tells what the hosts did, keeps what it told, and nothing older comes back. */
import type { ActivationRow, EventRow, Evidence } from "./evidence.mjs";
import type { HostInstance, JournalEntry } from "./host-instance.mjs";
import { byKey, type Violation } from "./violation.mjs";

/** Hosts forget changes beyond their newest sixty: only those that are still there are compared. */
export function checkJournals({ activations, hosts }: Evidence): readonly Violation[] {
  const rowsOf = byKey(activations, (row) => row.instance_id);
  return hosts.flatMap((seen) => [
    ...toldAndDone(seen, rowsOf.get(seen.instance) ?? []),
    ...doneAndTold(seen, rowsOf.get(seen.instance) ?? []),
  ]);
}

/** Everything that is told was done like that. */
function toldAndDone({ instance, journal }: HostInstance, rows: readonly ActivationRow[]): readonly Violation[] {
  const byTx = new Map(journal.map((entry) => [entry.tx, entry]));
  const oldest = journal[0]?.begunAt ?? 0;
  const told = byKey(rows, txOf);
  return [...told].flatMap(([tx, same]): Violation[] => {
    const entry = byTx.get(tx);
    const [row] = same;
    const wrong = (detail: string): Violation => ({ rule: "history_and_journal", subject: instance, detail: `${tx} ${detail}` });
    if (row === undefined) return [];
    if (same.length > 1) return [wrong(`is told ${same.length} times`)];
    if (entry === undefined)
      return row.started_at.getTime() > oldest + 5_000 ? [wrong("is told and its host knows nothing of it")] : [];
    if (entry.version !== row.version || entry.revision !== row.revision)
      return [wrong(`is told as ${row.version} (${row.revision}), was ${entry.version} (${entry.revision})`)];
    return row.failed === failed(entry)
      ? []
      : [wrong(`is told as ${row.failed ? "failed" : "run"}, ended ${entry.end ?? "nowhere"}`)];
  });
}

/** Everything that was done is told. `unchanged` did nothing. */
function doneAndTold({ instance, journal }: HostInstance, rows: readonly ActivationRow[]): readonly Violation[] {
  const told = new Set(rows.map(txOf));
  return journal
    .filter((entry) => entry.mode !== "hand" && entry.end !== null && entry.end !== "unchanged" && !told.has(entry.tx))
    .map((entry) => ({
      rule: "history_and_journal",
      subject: instance,
      detail: `${entry.tx} brought ${entry.version} and ended ${entry.end} ${entry.detail}, and nothing tells of it`,
    }));
}

function txOf({ rollout_id, attempt }: ActivationRow): string | null {
  return rollout_id === null || attempt === null ? null : `${rollout_id}:${attempt}`;
}

function failed({ end }: JournalEntry): boolean {
  return end === "reverted" || end === "down";
}

/** After a rollback has ended, nothing that was asked for before it brings the version back that it took away. */
export function checkNothingComesBack({ rollouts, targets, activations }: Evidence): readonly Violation[] {
  const byId = new Map(rollouts.map((rollout) => [rollout.id, rollout]));
  const rowsOf = byKey(activations, (row) => row.instance_id);
  return targets.flatMap((target) => {
    const rollback = byId.get(target.rollout_id);
    if (rollback?.kind !== "rollback" || target.status !== "succeeded" || rollback.completed_at === null) return [];
    const { completed_at: endedAt, created_at: askedAt, id } = rollback;
    return (rowsOf.get(target.instance_id) ?? [])
      .filter((row) => row.version === target.from_version && row.started_at > endedAt && !row.failed)
      .filter(
        (row) => row.rollout_id !== null && row.rollout_id !== id && (byId.get(row.rollout_id)?.created_at ?? askedAt) < askedAt,
      )
      .map((row) => ({
        rule: "brought_back" as const,
        subject: target.instance_id,
        detail: `${row.rollout_id} brought ${row.version} back after ${id} had taken it away`,
      }));
  });
}

/** What was told once stays as it was told; an open run may be closed. */
export function checkNothingRewritten({ before, activations, events }: Evidence): readonly Violation[] {
  if (before === null) return [];
  const rowsNow = new Map(activations.map((row) => [row.id, row]));
  const eventsNow = new Map(events.map((event) => [event.id, event]));
  const changed = (what: string, id: number): Violation => ({
    rule: "history_changed",
    subject: `${what} ${id}`,
    detail: "is gone or was rewritten",
  });
  return [
    ...before.activations.filter((was) => !stillTold(was, rowsNow.get(was.id))).map((was) => changed("activation", was.id)),
    ...before.events.filter((was) => !stillSaid(was, eventsNow.get(was.id))).map((was) => changed("event", was.id)),
  ];
}

function stillTold(was: ActivationRow, is: ActivationRow | undefined): boolean {
  if (is === undefined) return false;
  const closedSince = was.ended_at === null ? { ended_at: is.ended_at, outcome: is.outcome } : {};
  return JSON.stringify({ ...was, ...closedSince }) === JSON.stringify(is);
}

function stillSaid(was: EventRow, is: EventRow | undefined): boolean {
  if (is === undefined) return false;
  return JSON.stringify({ ...was, pos: was.pos ?? is.pos }) === JSON.stringify(is);
}
