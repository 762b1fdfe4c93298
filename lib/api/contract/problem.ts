/** RFC 9457 problem details, `application/problem+json`. */
import { z } from "zod";
import { ERROR_CODES } from "@/lib/deploy/domain/errors";

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(ERROR_CODES),
  /** One sentence for a person, in the language asked for. */
  detail: z.string(),
  params: z.record(z.string(), z.unknown()),
  errors: z
    .array(
      z.object({
        pointer: z.string(),
        code: z.string(),
        params: z.record(z.string(), z.unknown()),
        detail: z.string(),
        /** Where it stands in a YAML file that was sent, both counted from 1. */
        line: z.number().int().optional(),
        column: z.number().int().optional(),
      }),
    )
    .optional(),
  /** For a 409: the other rollout, its person and its page. */
  conflict: z.object({ rollout_id: z.string(), requested_by: z.string(), created_at: z.string(), page: z.string() }).optional(),
  plan: z.unknown().optional(),
});
export type Problem = z.infer<typeof problem>;
