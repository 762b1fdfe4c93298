import type { z } from "zod";
import { core } from "@/lib/deploy/compose";
import { rolloutAnswer } from "./rollout-answer";
import { Answer } from "./route";

const LONGEST_WAIT_S = 300;

/** Seconds of `Prefer: wait=…` (RFC 7240), at most 300; null when the caller does not wait. */
export function waitOf(request: Request): number | null {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(request.headers.get("prefer") ?? "")?.[1];
  return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_WAIT_S);
}

/** 202 with the rollout and where it is; with `Prefer: wait`, 200 with its result once it has ended within that time. */
export async function startedAnswer<R extends z.ZodType>(
  request: Request,
  id: string,
  folder: "deployments" | "rollbacks",
  result: R,
) {
  const seconds = waitOf(request);
  const ended = seconds !== null && (await core().waitForEnd(id, seconds, request.signal));
  const rollout = rolloutAnswer(await core().queries.rollout(id));
  const headers = {
    location: `/api/v1/${folder}/${encodeURIComponent(id)}`,
    ...(seconds === null ? {} : { "preference-applied": `wait=${seconds}` }),
  };
  if (ended && rollout.result !== null) return new Answer(result.parse(rollout.result), { status: 200, headers });
  return new Answer(rollout, { status: 202, headers });
}
