/** The alphabets of everything that a person or a program may name. Lengths are in characters. */
import { z } from "zod";

/** `deploy_id` / `rollback_id`: an idempotency key chosen by the caller. */
export const rolloutId = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/);
export const serviceName = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/i);
export const instanceId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/);
export const hostName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/);
export const versionName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,126}[A-Za-z0-9])?$/);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const packageUrl = z.string().min(1).max(2048);
export const port = z.number().int().min(1).max(65535);
/** One line for people: no control characters. */
export const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u);
export const reason = line(500);
export const labels = z
  .record(z.string().regex(/^[A-Za-z0-9._/-]{1,63}$/), line(128))
  .refine((all) => Object.keys(all).length <= 32);
export const metadata = z
  .record(z.string().regex(/^[A-Za-z0-9._/-]{1,63}$/), line(500))
  .refine((all) => Object.keys(all).length <= 32);
export const instanceIds = z.array(instanceId).min(1).max(10_000);
export const time = z.iso.datetime({ offset: true });

export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** The query string of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(512).optional(),
});
