import { z } from "zod";

/** `GET /search?q=`: anything with a name, best first, at most 20. */
const searchHit = z.object({
  kind: z.enum(["service", "instance", "version", "rollout", "host"]),
  id: z.string(),
  /** null for a host. */
  service: z.string().nullable(),
});
export type SearchHitWire = z.infer<typeof searchHit>;
export const searchAnswer = z.object({ items: z.array(searchHit) });
export const searchQuery = z.strictObject({ q: z.string().trim().min(1).max(128) });
