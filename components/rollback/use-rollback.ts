"use client";

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useReducer, useRef, useState } from "react";
import { onViewersClock } from "@/components/ui/countdown";
import { announce } from "@/components/ui/live-region";
import type { PlanWire, RolloutWire, rollout as rolloutSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { newId } from "@/lib/client/ids";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";
import { ApiProblem, NetworkFailure, UnexpectedAnswer } from "@/lib/client/problem";
import { idle, type RollbackEvent, type RollbackState, reduceRollback, type UnderWay } from "./rollback-state";
import { forgetStarted, rememberStarted } from "./started";

/**
 * Makes the request under an id, from the plan that was on screen, if one was. What it returns sends it, and may be called
 * again: a retry is the same request to the letter, or the id would count as reused.
 */
export type PrepareRollback = (rollbackId: string, plan: PlanWire | undefined) => () => Promise<RolloutWire>;

export interface ServerSays {
  readonly underWay: UnderWay | null;
  /** When the server wrote it, by its own clock (epoch ms). */
  readonly knownAt: number;
  /** When it came, by the viewer's clock (epoch ms). */
  readonly receivedAt: number;
}

export interface RollbackControl {
  readonly state: RollbackState;
  readonly press: (options: { readonly asks: boolean; readonly plan: PlanWire | undefined }) => void;
  readonly confirm: (plan: PlanWire | undefined) => void;
  readonly dismiss: () => void;
  readonly retry: () => void;
  readonly cancel: () => void;
}

/** Drives one button: its state, its one request, and what the server says meanwhile. `said` is read out after acceptance. */
export function useRollback(service: string, prepare: PrepareRollback, says: ServerSays | null, said: string): RollbackControl {
  const client = useQueryClient();
  const [first] = useState(() => idle(newId("rb")));
  const [state, dispatch] = useReducer(reduceRollback, first);
  const request = useRef<(() => Promise<RolloutWire>) | null>(null);

  if (says !== null) {
    const told: RollbackEvent = {
      type: "told",
      now: says.receivedAt,
      knownAt: says.knownAt,
      underWay: says.underWay,
      nextId: newId("rb"),
    };
    if (reduceRollback(state, told) !== state) dispatch(told);
  }

  /** Every way into `sending` goes through here, so that one state means one request. */
  const go = (event: RollbackEvent, plan: PlanWire | undefined) => {
    const next = reduceRollback(state, event);
    dispatch(event);
    if (next.phase !== "sending" || state.phase === "sending") return;
    const prepared = event.type === "retried" && request.current !== null ? request.current : prepare(next.rollbackId, plan);
    request.current = prepared;
    submit(client, service, next.rollbackId, prepared).then((outcome) => {
      dispatch(outcome);
      if (outcome.type === "answered") announce(said);
    }, fail);
  };

  const cancel = () => {
    const event: RollbackEvent = { type: "cancel_pressed", now: Date.now() };
    const next = reduceRollback(state, event);
    dispatch(event);
    if (next.phase === "cancelling" && state.phase !== "cancelling") undo(client, service, next.rolloutId).then(dispatch, fail);
  };

  return {
    state,
    press: ({ asks, plan }) => go({ type: "pressed", now: Date.now(), asks }, plan),
    confirm: (plan) => go({ type: "confirmed", now: Date.now() }, plan),
    retry: () => go({ type: "retried", now: Date.now() }, undefined),
    dismiss: () => dispatch({ type: "dismissed", now: Date.now() }),
    cancel,
  };
}

/** What no outcome covers is a fault of the page: let the error boundary's logging see it. */
function fail(error: unknown): void {
  reportError(error);
}

async function submit(
  client: QueryClient,
  service: string,
  id: string,
  send: () => Promise<RolloutWire>,
): Promise<RollbackEvent> {
  // Before it is sent: the event stream may tell of it sooner than the answer comes.
  rememberStarted(id);
  try {
    const rollout = await send();
    const now = Date.now();
    const mine = rollout.id === id;
    if (!mine) forgetStarted(id);
    client.setQueryData(keys.rollout.detail(rollout.id), rollout);
    refresh(client, service);
    const endsAt = rollout.scheduled_until === null ? null : onViewersClock(rollout.scheduled_until, rollout.server_time, now);
    return { type: "answered", now, knownAt: Date.parse(rollout.server_time), underWay: { rolloutId: rollout.id, endsAt, mine } };
  } catch (error) {
    const refused = refusal(error);
    // Without an answer it may have come to be all the same.
    if (refused.type !== "unanswered") forgetStarted(id);
    return refused;
  }
}

function refusal(error: unknown): RollbackEvent {
  const now = Date.now();
  const unknown =
    error instanceof NetworkFailure || error instanceof UnexpectedAnswer || (error instanceof ApiProblem && error.status >= 500);
  if (unknown) return { type: "unanswered", now };
  const changed = error instanceof ApiProblem && error.code === "plan_changed" ? error.problem.plan : null;
  return isPlan(changed) ? { type: "plan_changed", now, plan: changed } : { type: "refused", now, error };
}

function isPlan(said: unknown): said is PlanWire {
  return typeof said === "object" && said !== null && "plan_token" in said && "targets" in said && "tone" in said;
}

async function undo(client: QueryClient, service: string, id: string): Promise<RollbackEvent> {
  try {
    client.setQueryData(keys.rollout.detail(id), await act(id, "undo"));
    refresh(client, service);
    return { type: "cancelled", now: Date.now(), nextId: newId("rb") };
  } catch {
    refresh(client, service);
    // Too late, or not delivered: the button then shows what the server says next.
    return { type: "cancel_failed", now: Date.now() };
  }
}

/** Ends the grace at once (`start_now`), or takes the rollback back within it (`undo`). */
export function act(id: string, action: "start_now" | "undo"): Promise<RolloutWire> {
  return api.post<Answer<typeof rolloutSchema>>(path`/rollouts/${id}/actions`, { action });
}

/** Asks again what a rollback of the service changes, without waiting for the event stream: it may be the thing that is broken. */
export function refresh(client: QueryClient, service: string): void {
  for (const queryKey of [keys.service.detail(service), keys.services.all, keys.overview]) {
    client.invalidateQueries({ queryKey }).catch(fail);
  }
}
