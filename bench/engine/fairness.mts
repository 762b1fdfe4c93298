/** Many small rollouts at once, one a service, and a large one; workers come when all of them are there. Does each get its turn? */
import { percentile, printTable, shown } from "../measure.mjs";
import type { Scratch, Undo } from "../scratch.mjs";
import type { Console } from "./console.mjs";
import { NullWorker } from "./workers.mjs";

const EACH = 5;
const WORKERS = 3;
/** Of one more rollout, all of whose changes are given out at once. */
const LARGE = 3_000;

/** When each began to have an effect and when it ended, in milliseconds from a moment of the database's clock. */
const SPREAD = `
  SELECT r.id, extract(epoch FROM r.completed_at - $1::timestamptz)::float8 * 1000 AS ended,
    (SELECT extract(epoch FROM min(e.at) - $1::timestamptz)::float8 * 1000 FROM events e WHERE e.rollout_id = r.id AND e.code = 'target_verified') AS first
  FROM rollouts r WHERE r.service LIKE 'fair-%' OR r.service = 'large-1'`;

export async function fairness(scratch: Scratch, undo: Undo, opened: Console, rollouts: number): Promise<void> {
  await opened.fill("fair", rollouts, EACH);
  await opened.fill("large", 1, LARGE);
  await opened.pretendAWorker();
  const large = await opened.deploy("large-1", LARGE, { preset: "all_at_once" });
  const ids: string[] = [];
  for (let n = 1; n <= rollouts; n += 1) ids.push(await opened.deploy(`fair-${n}`, EACH, { canary: 1, bakeSeconds: 0 }));
  const from = await opened.now();
  const workers: NullWorker[] = [];
  for (let at = 0; at < WORKERS; at += 1) workers.push(await NullWorker.start(scratch, undo));
  for (const id of ids) await opened.untilSucceeded(id);
  await opened.untilSucceeded(large);
  const { rows } = await opened.client.query<{ id: string; ended: number; first: number }>(SPREAD, [from]);
  for (const worker of workers) await worker.stop();
  const small = rows.filter((row) => row.id !== large);
  const line = (name: string, values: readonly number[]) => [
    name,
    ...[0, 0.5, 0.95, 1].map((share) => shown(percentile(values, share))),
  ];
  printTable(
    [`${rollouts} rollouts of ${EACH}, ${WORKERS} workers`, "first", "median", "p95", "last"],
    [
      line(
        "first instance verified",
        small.map(({ first }) => first),
      ),
      line(
        "ended",
        small.map(({ ended }) => ended),
      ),
      line(
        `beside them, one of ${LARGE}: ended`,
        rows.filter((row) => row.id === large).map(({ ended }) => ended),
      ),
    ],
  );
}
