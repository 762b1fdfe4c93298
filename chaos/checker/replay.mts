/** Replays the event log of every rollout, by rules of its own, and compares what comes out with the rows. */
import type { EventRow, Evidence, RolloutRow, TargetRow } from "./evidence.mjs";
import { byKey, type Violation } from "./violation.mjs";

/** What an event says that its target is from then on. */
const TARGET_BECOMES: Readonly<Record<string, string>> = {
  target_switching: "switching",
  target_verified: "succeeded",
  target_unchanged: "succeeded",
  target_failed: "failed",
  target_putting_back: "going back",
  target_put_back: "put_back",
  target_unknown: "unknown",
  target_worker_failed: "unknown",
  target_skipped: "skipped",
  target_taken_over: "taken_over",
  target_retried: "waiting",
};
/** What an event of the rollout says of every target that is still its own. */
const ALL_BECOME: Readonly<Record<string, string>> = { package_refused: "failed" };
/** After these something may be begun again. */
const GOES_ON = ["resumed", "gate_opened", "target_retried", "rolling_back"];

export function checkReplay({ rollouts, targets, events }: Evidence): readonly Violation[] {
  const eventsOf = byKey(events, (event) => event.rollout_id);
  const targetsOf = byKey(targets, (target) => target.rollout_id);
  return rollouts.flatMap((rollout) => replay(rollout, targetsOf.get(rollout.id) ?? [], bySeq(eventsOf.get(rollout.id) ?? [])));
}

function bySeq(events: readonly EventRow[]): readonly EventRow[] {
  return [...events].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

function replay(rollout: RolloutRow, targets: readonly TargetRow[], events: readonly EventRow[]): readonly Violation[] {
  const details = [
    ...gaps(rollout, events),
    ...order(events),
    ...endOf(rollout, targets, events),
    ...(rollout.completed_at === null ? [] : settled(targets, events)),
  ];
  return details.map((detail) => ({ rule: "replay", subject: rollout.id, detail }));
}

function gaps({ last_seq }: RolloutRow, events: readonly EventRow[]): readonly string[] {
  const wrong = events.findIndex((event, at) => event.seq !== at + 1);
  if (wrong >= 0) return [`its events have a gap or a double at ${wrong + 1}`];
  if (events.length !== last_seq) return [`has ${events.length} events and counts ${last_seq}`];
  if (events.some((event) => event.pos === null)) return ["has events that no reader was ever told"];
  return events[0]?.code === "rollout_accepted" ? [] : [`begins with ${events[0]?.code ?? "nothing"}`];
}

function order(events: readonly EventRow[]): readonly string[] {
  const wrong: string[] = [];
  let paused = false;
  let ended = false;
  for (const { code, seq } of events) {
    if (ended && code !== "target_settled_late") wrong.push(`${code} (${seq}) after its end`);
    if (paused && code === "target_switching") wrong.push(`begins a change (${seq}) while it is paused`);
    if (code === "paused") paused = true;
    if (GOES_ON.includes(code)) paused = false;
    ended ||= code === "rollout_ended";
  }
  return wrong;
}

function endOf(rollout: RolloutRow, targets: readonly TargetRow[], events: readonly EventRow[]): readonly string[] {
  const ends = events.filter((event) => event.code === "rollout_ended");
  const [end] = ends;
  if (rollout.completed_at === null) return ends.length === 0 ? [] : ["has an end in its log and none in its row"];
  if (end === undefined || ends.length > 1) return [`has ended and its log has ${ends.length} ends`];
  const wrong: string[] = [];
  const { status, succeeded, total } = end.params;
  if (status !== rollout.status) wrong.push(`is ${rollout.status}, and ended ${String(status)} in its log`);
  const verified = targets.filter((target) => target.status === "succeeded").map((target) => target.instance_id);
  if (succeeded !== verified.length || total !== targets.length)
    wrong.push(
      `told ${String(succeeded)} of ${String(total)} verified at its end, its rows have ${verified.length} of ${targets.length}`,
    );
  const listed = [...(rollout.result?.instances ?? [])].sort().join(" ");
  if (listed !== [...verified].sort().join(" "))
    wrong.push(`its result lists "${listed}", verified are "${verified.sort().join(" ")}"`);
  return wrong;
}

function settled(targets: readonly TargetRow[], events: readonly EventRow[]): readonly string[] {
  return targets.flatMap(({ instance_id, status }) => {
    const told = events
      .filter((event) => event.instance_id === instance_id || event.code in ALL_BECOME)
      .reduce(become, "waiting");
    return told === status ? [] : [`${instance_id} is ${status}, and ${told} by its log`];
  });
}

/** What is settled late tells its status, as long as its rollout has not ended; after that it is the debt that was settled. */
function become(before: string, { code, params }: EventRow): string {
  if (code === "target_settled_late") {
    const late = String(params.status);
    return late === "succeeded" || late === "put_back" ? late : before;
  }
  if (before === "taken_over" && code in ALL_BECOME) return before;
  return ALL_BECOME[code] ?? TARGET_BECOMES[code] ?? before;
}
