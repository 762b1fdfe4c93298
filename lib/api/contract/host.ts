import { z } from "zod";
import { hostName, labels, line, page } from "./fields";

export const host = z.object({
  name: z.string(),
  kind: z.enum(["local", "ssh"]),
  address: z.string(),
  root: z.string(),
  zone: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  state: z.enum(["active", "draining", "retired"]),
  reachable: z.boolean().nullable(),
  last_answer_at: z.string().nullable(),
  error: z.string().nullable(),
  instances: z.array(
    z.object({
      instance_id: z.string(),
      service: z.string(),
      version: z.string(),
      color: z.number().int().nullable(),
      status: z.enum(["active", "pending", "error"]),
      port: z.number().int(),
    }),
  ),
});
export type HostWire = z.infer<typeof host>;
export const hostPage = page(host);

export const hostInput = z.strictObject({
  name: hostName,
  kind: z.literal("local"),
  address: z.union([z.ipv4(), z.ipv6()]),
  root: z
    .string()
    .max(1024)
    .regex(/^\/[^\p{Cc}]*$/u),
  zone: line(63).nullable().default(null),
  labels: labels.default({}),
});
