/** What must be true of a console at rest, whatever happened before. Source: contract, "What may never happen". */
import { expect } from "vitest";
import type { Fleet } from "./fleet";

/** Every instance runs what is recorded, exactly once, and nothing is left over of what was under way. */
export async function expectTheTruth(fleet: Fleet): Promise<void> {
  const { db } = fleet.core;
  const open = await db.activation.findMany({ where: { endedAt: null } });
  const recorded = open.map((row) => ({ instance: row.instanceId, version: row.version, revision: row.revision }));
  const runs = (await fleet.reports()).flatMap(({ instance, current, process, answers, openTx }) => {
    expect(openTx, `${instance} is settled`).toBeNull();
    if (process === null || current === null) return [];
    expect(answers, `${instance} answers`).toBe(true);
    return [{ instance, version: current.version, revision: current.revision }];
  });
  expect(inOrder(recorded)).toEqual(inOrder(runs));
  expect(await db.rollout.count({ where: { completedAt: null } }), "rollouts under way").toBe(0);
  expect(await db.rolloutTarget.count({ where: { holding: true } }), "instances held").toBe(0);
  expect(await db.owed.count({ where: { settledAt: null } }), "debts").toBe(0);
  await expectGaplessEvents(fleet);
}

const inOrder = <Row extends { readonly instance: string }>(rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => (a.instance < b.instance ? -1 : 1));

/** Each rollout's events are numbered from 1 without a gap, and each attempt is told once. */
export async function expectGaplessEvents(fleet: Fleet): Promise<void> {
  const { db } = fleet.core;
  for (const rollout of await db.rollout.findMany()) {
    const events = await db.event.findMany({ where: { rolloutId: rollout.id }, orderBy: { seq: "asc" } });
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: rollout.lastSeq }, (_, at) => at + 1));
    expect(events.filter((event) => event.code === "rollout_ended")).toHaveLength(rollout.completedAt === null ? 0 : 1);
  }
  const rows = await db.activation.findMany({ where: { rolloutId: { not: null } } });
  const told = rows.map((row) => `${row.instanceId} ${row.rolloutId} ${row.attempt} ${row.version} ${row.openedBy}`);
  expect(new Set(told).size, "a change is told once").toBe(told.length);
}
