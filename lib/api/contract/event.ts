import { z } from "zod";
import { EVENT_CODES } from "@/lib/deploy/domain/events";
import { page } from "./fields";

/** One thing that happened. `pos` orders all events and resumes a stream; `seq` counts within a rollout. */
export const event = z.object({
  pos: z.string(),
  seq: z.number().int().nullable(),
  at: z.string(),
  code: z.enum(EVENT_CODES),
  params: z.record(z.string(), z.unknown()),
  actor: z.string().nullable(),
  rollout_id: z.string().nullable(),
  service: z.string().nullable(),
  instance_id: z.string().nullable(),
  host: z.string().nullable(),
});
export type EventWire = z.infer<typeof event>;
/** `GET /rollouts/{id}/log` and `GET /changes`: the same events, paged. */
export const eventPage = page(event);

export const packageAnswer = z.object({
  url: z.string(),
  size: z.number().int().nullable(),
  kind: z.enum(["tar.gz", "zip"]).nullable(),
});
export const packageQuestion = z.strictObject({ package_url: z.string().min(1).max(2048) });
