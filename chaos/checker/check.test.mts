import { describe, expect, it } from "vitest";
import { check } from "./check.mjs";
import type { EventRow, Evidence } from "./evidence.mjs";
import type { HostInstance, JournalEntry } from "./host-instance.mjs";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));

const event = (seq: number, code: string, params: object = {}, instance: string | null = null): EventRow => ({
  id: seq,
  pos: seq,
  rollout_id: "one",
  seq,
  service: "pay",
  instance_id: instance,
  code,
  params: { ...params },
  at: at(1),
});

const change = (facts: Partial<JournalEntry> = {}): JournalEntry => ({
  tx: "one:1",
  mode: "deployment",
  version: "1.0.0",
  revision: 1,
  end: "done",
  detail: "",
  begunAt: at(1).getTime(),
  endedAt: at(2).getTime(),
  ...facts,
});

const host = (facts: Partial<HostInstance> = {}): HostInstance => ({
  instance: "pay-1",
  host: "north",
  journal: [change()],
  active: change(),
  processes: [100],
  startedAt: at(1).getTime(),
  serves: "1.0.0",
  ...facts,
});

/** One deployment that went well, seen by one reader. */
const TRUTH: Evidence = {
  rollouts: [
    {
      id: "one",
      kind: "deployment",
      service: "pay",
      status: "succeeded",
      created_at: at(0),
      completed_at: at(3),
      last_seq: 4,
      lease_owner: null,
      waiting_for: null,
      result: { instances: ["pay-1"], status: "succeeded" },
    },
  ],
  targets: [{ rollout_id: "one", instance_id: "pay-1", status: "succeeded", holding: false, from_version: null }],
  activations: [
    {
      id: 1,
      instance_id: "pay-1",
      version: "1.0.0",
      revision: 1,
      opened_by: "deployment",
      rollout_id: "one",
      attempt: 1,
      started_at: at(2),
      ended_at: null,
      outcome: null,
      failed: false,
    },
  ],
  events: [
    event(1, "rollout_accepted"),
    event(2, "target_switching", {}, "pay-1"),
    event(3, "target_verified", {}, "pay-1"),
    event(4, "rollout_ended", { status: "succeeded", succeeded: 1, total: 1 }),
  ],
  states: [{ id: "pay-1", version: "1.0.0", revision: 1, status: "active", condition: null }],
  owed: [],
  undoneSteps: [],
  asked: [{ kind: "deploy", id: "one", answers: [{ status: 202, code: null, id: "one", body: null }], clashing: [] }],
  readings: [{ name: "reader", service: null, from: 0, positions: [1, 2, 3, 4], resets: 0, connections: 1 }],
  killed: new Map(),
  fullDisks: [],
  hosts: [host()],
  before: null,
};

const found = (change: Partial<Evidence>) => [...new Set(check({ ...TRUTH, ...change }).map(({ rule }) => rule))];

/** The first of a list, changed. */
function but<T>([first, ...others]: readonly T[], changed: Partial<T>): readonly T[] {
  if (first === undefined) throw new Error("there is nothing to change");
  return [{ ...first, ...changed }, ...others];
}

describe("the checker", () => {
  it("finds nothing wrong with the truth", () => {
    expect(check(TRUTH)).toEqual([]);
  });

  it("knows that what was taken over before a package was refused is not refused with it", () => {
    const ended = { status: "failed", succeeded: 0, total: 1 };
    const refused: Partial<Evidence> = {
      rollouts: but(TRUTH.rollouts, { status: "failed", result: { instances: [], status: "failed" } }),
      targets: but(TRUTH.targets, { status: "taken_over" }),
      events: [
        event(1, "rollout_accepted"),
        event(2, "target_taken_over", {}, "pay-1"),
        event(3, "package_refused"),
        event(4, "rollout_ended", ended),
      ],
    };
    expect(found(refused)).not.toContain("replay");
    expect(found({ ...refused, targets: but(TRUTH.targets, { status: "skipped" }) })).toContain("replay");
  });

  it.each<[string, string, Partial<Evidence>]>([
    [
      "a rollout that lives on",
      "unended",
      { rollouts: but(TRUTH.rollouts, { completed_at: null, status: "running" }), events: TRUTH.events.slice(0, 3) },
    ],
    ["an instance that is held", "unended", { targets: but(TRUTH.targets, { holding: true }) }],
    ["a debt", "unended", { owed: [{ instance_id: "pay-1", duty: "restore", rollout_id: "one", asks: 3 }] }],
    ["another version than is recorded", "record", { hosts: [host({ serves: "2.0.0" })] }],
    ["other settings than are recorded", "record", { hosts: [host({ active: change({ revision: 2 }) })] }],
    ["an alarm about an instance that is well", "record", { states: but(TRUTH.states, { status: "error", condition: "drift" }) }],
    ["a change without an end", "record", { hosts: [host({ journal: [change(), change({ tx: "one:2", end: null })] })] }],
    ["two processes of one instance", "runs_twice", { hosts: [host({ processes: [100, 101] })] }],
    ["nothing where something ran", "nothing_runs", { hosts: [host({ processes: [], serves: null })] }],
    [
      "a run that no host knows of",
      "history_and_journal",
      { hosts: [host({ journal: [change({ tx: "zero:1", begunAt: 0 })] })] },
    ],
    ["a run that nothing tells of", "history_and_journal", { hosts: [host({ journal: [change(), change({ tx: "two:1" })] })] }],
    ["a failure that is told as a run", "history_and_journal", { hosts: [host({ journal: [change({ end: "reverted" })] })] }],
    ["a missing event", "replay", { events: TRUTH.events.filter(({ seq }) => seq !== 2) }],
    ["a target that is not what its log says", "replay", { targets: but(TRUTH.targets, { status: "failed" }) }],
    ["an end that is not what its log says", "replay", { rollouts: but(TRUTH.rollouts, { status: "failed" }) }],
    [
      "a result of other instances",
      "replay",
      { rollouts: but(TRUTH.rollouts, { result: { instances: [], status: "succeeded" } }) },
    ],
    [
      "an accepted rollout that is gone",
      "lost",
      { asked: but(TRUTH.asked, { answers: [{ status: 202, code: null, id: "two", body: null }] }) },
    ],
    [
      "one id for two requests",
      "answered_wrongly",
      { asked: but(TRUTH.asked, { clashing: [{ status: 202, code: null, id: "one", body: null }] }) },
    ],
    [
      "a way back that is refused",
      "answered_wrongly",
      { asked: but(TRUTH.asked, { kind: "rollback", answers: [{ status: 503, code: "no_worker", id: null, body: null }] }) },
    ],
    ["a reader that missed something", "stream", { readings: but(TRUTH.readings, { positions: [1, 2, 4] }) }],
    ["a reader that saw something twice", "stream", { readings: but(TRUTH.readings, { positions: [1, 2, 2, 3, 4] }) }],
    ["a reader that was told to begin anew", "stream", { readings: but(TRUTH.readings, { resets: 1 }) }],
    [
      "history that was rewritten",
      "history_changed",
      { before: { events: [], activations: but(TRUTH.activations, { version: "0.9.0" }) } },
    ],
  ])("finds %s", (_, rule, lie) => {
    expect(found(lie)).toContain(rule);
  });

  it("finds what an older rollout brought back after a rollback had taken it away", () => {
    const [deployment] = TRUTH.rollouts;
    const [run] = TRUTH.activations;
    if (deployment === undefined || run === undefined) throw new Error("there is no deployment");
    const evidence = {
      rollouts: [deployment, { ...deployment, id: "back", kind: "rollback", created_at: at(4), completed_at: at(5) }],
      targets: [
        ...TRUTH.targets,
        { rollout_id: "back", instance_id: "pay-1", status: "succeeded", holding: false, from_version: "1.0.0" },
      ],
      activations: [{ ...run, id: 2, started_at: at(6), attempt: 2 }],
    };
    expect(found(evidence)).toContain("brought_back");
  });

  it("accepts a process that is gone when the breaker killed it, as long as it is marked", () => {
    const killed = new Map([["pay-1", at(9).getTime()]]);
    const gone = [host({ processes: [], serves: null })];
    expect(found({ killed, hosts: gone })).toEqual(["record"]);
    expect(found({ killed, hosts: gone, states: but(TRUTH.states, { status: "error", condition: "process_down" }) })).toEqual([]);
  });
});
