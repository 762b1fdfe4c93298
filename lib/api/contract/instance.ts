import { z } from "zod";
import { INSTANCE_CONDITIONS, INSTANCE_STATUSES, VERSION_STATUSES } from "@/lib/deploy/domain/statuses";
import { hostName, instanceId, labels, page, port } from "./fields";
import { coded, evidence } from "./rollout";

/** InstanceInfo of the reference (first four), and what was added. */
const instanceInfo = z.object({
  instance_id: z.string(),
  service_name: z.string(),
  version: z.string(),
  status: z.enum(INSTANCE_STATUSES),
  condition: z.enum(INSTANCE_CONDITIONS).nullable(),
  color: z.number().int().nullable(),
  revision: z.number().int().nullable(),
  host: z.string(),
  zone: z.string().nullable(),
  address: z.string(),
  port: z.number().int(),
  healthy: z.boolean().nullable(),
  latency_ms: z.number().nullable(),
  checked_at: z.string().nullable(),
  detail: coded.nullable(),
  /** Since when this version runs there. */
  since: z.string().nullable(),
  held_by: z.string().nullable(),
  rollback_target: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
});
export type InstanceInfoWire = z.infer<typeof instanceInfo>;
export const instancePage = page(instanceInfo).extend({ total: z.number().int(), matched: z.number().int() });

export const instanceQuery = z.object({
  version: z.union([z.string(), z.array(z.string())]).optional(),
  status: z.enum(INSTANCE_STATUSES).optional(),
  host: z.string().max(128).optional(),
  text: z.string().max(128).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});

export const registerInstances = z.strictObject({
  instances: z
    .array(z.strictObject({ instance_id: instanceId, host: hostName, port, labels: labels.default({}) }))
    .min(1)
    .max(1000),
});

/** VersionInfo of the reference. */
const versionInfo = z.object({
  version: z.string(),
  status: z.enum(VERSION_STATUSES),
  color: z.number().int(),
  last_run_at: z.string(),
  /** Whether it may be named as the target of a rollback now. */
  rollback: z.boolean(),
});
export const versionInfoPage = page(versionInfo);

/** One run of a version on the instance: a row of the history, never deleted. */
export const activation = z.object({
  id: z.string(),
  version: z.string(),
  color: z.number().int(),
  revision: z.number().int(),
  /** The version's status on this instance now. */
  status: z.enum(VERSION_STATUSES),
  outcome: z.enum(["running", "replaced", "replaced_down", "failed", "put_back", "rolled_back", "restored", "stopped"]),
  opened_by: z.enum(["deployment", "rollback", "put_back", "adopted", "by_hand"]),
  from: z.string(),
  to: z.string().nullable(),
  rollout_id: z.string().nullable(),
  closed_by_rollout: z.string().nullable(),
  requested_by: z.string().nullable(),
  reason: z.string().nullable(),
  replaced_by_version: z.string().nullable(),
  failure: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()), evidence: evidence.nullable() }).nullable(),
  can_roll_back_to: z.boolean(),
});
export type ActivationWire = z.infer<typeof activation>;
export const activationPage = page(activation);

export const instanceDetail = instanceInfo.extend({
  generation: z.number().int(),
  registered_at: z.string(),
  activations: z.number().int(),
  process: z.object({ pid: z.number().int(), started_at: z.string() }).nullable(),
  running_version: z.string().nullable(),
  recorded_version: z.string().nullable(),
  inspected_at: z.string().nullable(),
  /** Versions whose release is on the host, by last inspection; null when it was never inspected. */
  versions_on_host: z.array(z.string()).nullable(),
  owed: z.object({ version: z.string(), rollout_id: z.string(), since: z.string() }).nullable(),
});
export type InstanceDetailWire = z.infer<typeof instanceDetail>;

export const healthAnswer = z.object({
  healthy: z.boolean().nullable(),
  latency_ms: z.number().nullable(),
  checked_at: z.string(),
  detail: coded,
});
