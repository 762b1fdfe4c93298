/** Where the time of a rollout went, by the times that the store itself wrote down. */
import type { Core } from "../lib/deploy/compose";
import { COLUMNS, printTable, rowOf } from "./measure.mjs";

/** Milliseconds, one part after the other. */
export interface Timeline {
  /** From its acceptance, or the end of its grace, to the first steps: claimed, package in the store. */
  readonly begun: number;
  /** To the switch: every host has the release, or has told what runs there. */
  readonly prepared: number;
  /** To the moment that the last host told how its change ended. */
  readonly switched: number;
  /** To the end of the rollout in its row. */
  readonly ended: number;
}

export async function timelineOf({ db }: Pick<Core, "db">, id: string, graceSeconds = 0): Promise<Timeline> {
  const rollout = await db.rollout.findUniqueOrThrow({ where: { id } });
  const steps = await db.step.findMany({ where: { rolloutId: id }, orderBy: { id: "asc" } });
  const times = [
    rollout.createdAt.getTime() + graceSeconds * 1000,
    steps[0]?.createdAt.getTime() ?? 0,
    rollout.startedAt?.getTime() ?? 0,
    Math.max(...steps.map(({ doneAt }) => doneAt?.getTime() ?? 0)),
    rollout.completedAt?.getTime() ?? 0,
  ];
  const [begun = 0, prepared = 0, switched = 0, ended = 0] = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return { begun, prepared, switched, ended };
}

export function totalOf({ begun, prepared, switched, ended }: Timeline): number {
  return begun + prepared + switched + ended;
}

export function printTimelines(title: string, timelines: readonly Timeline[]): void {
  const parts = ["begun", "prepared", "switched", "ended"] as const;
  printTable(
    [title, ...COLUMNS.slice(1)],
    parts.map((part) =>
      rowOf(
        part,
        timelines.map((timeline) => timeline[part]),
      ),
    ),
  );
}
