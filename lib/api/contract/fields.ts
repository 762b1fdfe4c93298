/** The alphabets of everything that a person or a program may name. Lengths are in characters. */
import { z } from "zod";
import type { Format } from "./formats";

/** A text that fits a pattern; the format's name is what the schema says where it does not. */
export const fitting = (pattern: RegExp, format: Format) => z.string().regex(pattern, format);

/** `deploy_id` / `rollback_id`: an idempotency key chosen by the caller. */
export const rolloutId = fitting(/^[A-Za-z0-9._:-]{1,128}$/, "rollout_id");
export const serviceName = fitting(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/i, "name");
export const instanceId = fitting(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/, "name");
export const hostName = fitting(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/, "name");
export const versionName = fitting(/^[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,126}[A-Za-z0-9])?$/, "version");
export const sha256 = fitting(/^[0-9a-f]{64}$/, "sha256");
export const packageUrl = z.string().min(1).max(2048);
export const port = z.number().int().min(1).max(65535);
/** One line for people: no control characters. */
export const line = (max: number) => fitting(/^[^\p{Cc}]*$/u, "line").max(max);
export const reason = line(500);
export const labels = z
  .record(fitting(/^[A-Za-z0-9._/-]{1,63}$/, "label_name"), line(128))
  .refine((all) => Object.keys(all).length <= 32, "too_many_labels" satisfies Format);
export const metadata = z
  .record(fitting(/^[A-Za-z0-9._/-]{1,63}$/, "label_name"), line(500))
  .refine((all) => Object.keys(all).length <= 32, "too_many_labels" satisfies Format);
export const instanceIds = z.array(instanceId).min(1).max(10_000);
export const time = z.iso.datetime({ offset: true });

export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** The query string of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(512).optional(),
});
