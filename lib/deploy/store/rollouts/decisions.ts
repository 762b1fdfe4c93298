/** One decision on a rollout, in one transaction under the rollout's row lock. */
import type { Draft } from "../../domain/draft";
import { decideSchedule } from "../../domain/schedule";
import { takeOver } from "../../domain/take-over";
import { isAtRest, waitingWhileScheduled } from "../../domain/waiting";
import type { Claimed, Decider, DecisionFacts, DecisionResult, Snapshot } from "../../ports/rollouts";
import { type Database, inTransaction, type Tx } from "../database";
import { holdService } from "./hold";
import { owedChanges } from "./owed-changes";
import { persist } from "./persist";
import { type Known, type OwnersMemory, snapshotAfter } from "./remembered";
import { NOTHING_COUNTED } from "./service-load";
import { databaseNow, generationsOf, loadFacts, loadSnapshot, lockRollouts } from "./snapshot";
import { UNFINISHED } from "./unfinished";
import { ANOTHER, type DecidedBy } from "./write-rollout";

const LOST: DecisionResult = { kind: "lost" };
type Answer = DecisionResult | { readonly kind: "take_over" };

export async function decideOn(db: Database, memory: OwnersMemory, claimed: Claimed, decide: Decider): Promise<DecisionResult> {
  const known = memory.take(claimed);
  const { answer, now } = await inTransaction(db, (tx) => decideInside(tx, claimed, known, decide));
  if (answer.kind === "take_over") return inTransaction(db, (tx) => takeOverInside(tx, claimed));
  if (now !== null) memory.keep(claimed, now);
  return answer;
}

/** The lease's number, and that it has not run out by the database's clock, guard every decision. Returns the row's `rev`; null = not its own. */
async function lockOwn(tx: Tx, claimed: Claimed): Promise<bigint | null> {
  const [row] = await tx.$queryRaw<{ rev: bigint }[]>`
    SELECT rev FROM rollouts WHERE id = ${claimed.id} AND lease_no = ${claimed.leaseNo} AND lease_until > clock_timestamp() AND completed_at IS NULL FOR UPDATE`;
  return row?.rev ?? null;
}

const ownerOf = ({ leaseMs }: Claimed): DecidedBy => ({ kind: "owner", leaseMs });

interface Decided {
  readonly answer: Answer;
  /** What the owner knows once this is committed; null = it reads the rows anew. */
  readonly now: Known | null;
}

async function decideInside(tx: Tx, claimed: Claimed, known: Known | null, decide: Decider): Promise<Decided> {
  const rev = await lockOwn(tx, claimed);
  if (rev === null) return { answer: LOST, now: null };
  const snapshot = known?.rev === rev ? known.snapshot : await loadSnapshot(tx, claimed.id);
  if (!snapshot) return { answer: LOST, now: null };
  const facts = await loadFacts(tx, snapshot);
  const draft = decide(facts);
  if (draft === "take_over") return { answer: { kind: "take_over" }, now: null };
  const { load, folded } = facts;
  const persisted = await persist(tx, draft, { load, by: ownerOf(claimed), folded, ...scheduleOf(draft, facts) });
  const begins = snapshot.rollout.status === "scheduled" && draft.rollout.status === "preparing";
  if (begins) await lookWhoAnswers(tx, draft.rollout.id, draft.rollout.service);
  const idle = (draft.rollout.status === "scheduled" || isAtRest(draft)) && isFarOff(persisted.wakeInMs);
  return {
    answer: { kind: "decided", idle, ...persisted },
    now: begins || persisted.ended ? null : { rev, snapshot: snapshotAfter(draft) },
  };
}

function scheduleOf(
  draft: Draft,
  facts: DecisionFacts,
): { readonly waiting?: ReturnType<typeof waitingWhileScheduled>; readonly wakeAt?: number } {
  if (isAtRest(draft)) return { wakeAt: facts.now + REST_MS };
  if (draft.rollout.status !== "scheduled") return {};
  const decision = decideSchedule(draft.rollout, facts);
  const until =
    decision.kind === "wait" && decision.for === "time" && decision.until !== null ? decision.until : facts.now + 1_000;
  return { waiting: waitingWhileScheduled(draft.rollout, decision, facts.busyWith), wakeAt: until };
}

/** What a person does wakes it; this only bounds how long nobody looks. */
const REST_MS = 3_600_000;

/** A start far in the future is nobody's to drive until then. */
const FAR_OFF_MS = 30_000;

function isFarOff(wakeInMs: number | null): boolean {
  return wakeInMs !== null && wakeInMs > FAR_OFF_MS;
}

/** Locks every rollout concerned in id order, takes in what their steps have found out, and moves the instances over. */
async function takeOverInside(tx: Tx, claimed: Claimed): Promise<DecisionResult> {
  const ids = await overlappingIds(tx, claimed.id);
  await lockRollouts(tx, [claimed.id, ...ids]);
  if ((await lockOwn(tx, claimed)) === null) return LOST;
  const own = await loadSnapshot(tx, claimed.id);
  if (own?.rollout.status !== "scheduled") return LOST;
  const others: Snapshot[] = [];
  const found = await overlappingIds(tx, claimed.id);
  await lockRollouts(tx, found);
  for (const id of found) {
    const other = await loadSnapshot(tx, id);
    if (other) others.push(other);
  }
  const now = await databaseNow(tx);
  const generations = await generationsOf(tx, own);
  const result = takeOver(own, others, generations, now, await owedChanges(tx, own));
  for (const draft of result.overlapped) await persist(tx, draft, { load: NOTHING_COUNTED, by: ANOTHER });
  // With a later start the hold begins with it; otherwise it was set with the grace, and a person may have released it since.
  if (own.rollout.hold && own.rollout.strategy.startAt !== null) await holdService(tx, own.rollout);
  const persisted = await persist(tx, result.taker, { load: NOTHING_COUNTED, by: ownerOf(claimed), wakeAt: now });
  await lookWhoAnswers(tx, claimed.id, own.rollout.service);
  return { kind: "decided", idle: false, ...persisted };
}

/**
 * Fixes what `min_healthy` counts against, and which targets answered, as the rollout begins. Instances whose change another rollout
 * has under way, or had until this one took them over, belong to what must keep answering.
 */
async function lookWhoAnswers(tx: Tx, id: string, service: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO baselines (rollout_id, instance_id)
    SELECT ${id}, i.id FROM instances i
    LEFT JOIN observations o ON o.instance_id = i.id
    WHERE i.service = ${service} AND i.retired_at IS NULL AND (o.healthy = true
      OR EXISTS (SELECT 1 FROM rollout_targets t JOIN rollouts r ON r.id = t.rollout_id
        WHERE t.instance_id = i.id AND ((t.holding AND t.status IN ('switching', 'verifying'))
          OR (t.status = 'taken_over' AND r.superseded_by = ${id} AND (t.memory->>'began')::boolean))))
    ON CONFLICT DO NOTHING`;
  await tx.$executeRaw`
    UPDATE rollout_targets t SET answered_before = o.healthy FROM observations o WHERE t.rollout_id = ${id} AND o.instance_id = t.instance_id`;
}

/** Live rollouts with an unfinished target, or a hold, on an instance of this one; but not a later rollback, which is the one that will win. */
async function overlappingIds(tx: Tx, id: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT r.id FROM rollouts r
    JOIN rollout_targets t ON t.rollout_id = r.id
    JOIN rollout_targets m ON m.instance_id = t.instance_id AND m.rollout_id = ${id}
    WHERE r.completed_at IS NULL AND r.id <> ${id}
      AND ${UNFINISHED}
      AND NOT (r.kind = 'rollback' AND r.status = 'scheduled' AND r.created_at > (SELECT created_at FROM rollouts WHERE id = ${id}))
    ORDER BY 1`;
  return rows.map((row) => row.id);
}
