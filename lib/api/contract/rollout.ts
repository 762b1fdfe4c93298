import { z } from "zod";
import { FAILURE_CODES } from "@/lib/deploy/domain/errors";
import { ROLLOUT_ACTIONS, ROLLOUT_KINDS, ROLLOUT_STATUSES, TARGET_STATUSES } from "@/lib/deploy/domain/statuses";
import {
  instanceId,
  instanceIds,
  metadata,
  packageUrl,
  page,
  reason,
  rolloutId,
  serviceName,
  sha256,
  versionName,
} from "./fields";
import { strategy, strategyInput } from "./strategy";

const barrierInput = z.strictObject({ reason: reason.min(1) });

/** DeployParams of the reference (first five), and what may be added. */
export const deployParams = z.strictObject({
  deploy_id: rolloutId,
  service: serviceName,
  version: versionName,
  instances: instanceIds,
  package_url: packageUrl,
  strategy: strategyInput.optional(),
  reason: reason.optional(),
  metadata: metadata.optional(),
  barrier: barrierInput.optional(),
  package_sha256: sha256.optional(),
});
export type DeployParamsWire = z.infer<typeof deployParams>;

/** RollbackParams of the reference (first five), and what may be added. */
export const rollbackParams = z.strictObject({
  rollback_id: rolloutId,
  service: serviceName,
  target_version: versionName,
  instances: instanceIds,
  package_url: packageUrl,
  strategy: strategyInput.optional(),
  reason: reason.optional(),
  metadata: metadata.optional(),
  hold: z.boolean().optional(),
  past_barrier: z.boolean().optional(),
});
export type RollbackParamsWire = z.infer<typeof rollbackParams>;

export const oneClickParams = z.strictObject({
  rollback_id: rolloutId,
  takes_back: rolloutId.optional(),
  expect_version: versionName.optional(),
  plan_token: z.string().max(128).optional(),
  hold: z.boolean().optional(),
  past_barrier: z.boolean().optional(),
  reason: reason.optional(),
  strategy: strategyInput.optional(),
});
export type OneClickParamsWire = z.infer<typeof oneClickParams>;

export const restartParams = z.strictObject({
  deploy_id: rolloutId,
  instances: instanceIds,
  reason: reason.optional(),
  strategy: strategyInput.optional(),
});

/** The plan of any of the above, without doing it. */
export const previewParams = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("deployment"),
    service: serviceName,
    version: versionName,
    instances: instanceIds,
    package_url: packageUrl.optional(),
    strategy: strategyInput.optional(),
  }),
  z.strictObject({
    kind: z.literal("rollback"),
    service: serviceName,
    target_version: versionName,
    instances: instanceIds,
    package_url: packageUrl.optional(),
    strategy: strategyInput.optional(),
    past_barrier: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("take_back"),
    service: serviceName,
    takes_back: rolloutId.optional(),
    strategy: strategyInput.optional(),
  }),
  z.strictObject({
    kind: z.literal("restart"),
    service: serviceName,
    instances: instanceIds,
    strategy: strategyInput.optional(),
  }),
]);
export type PreviewParamsWire = z.infer<typeof previewParams>;

export const actionParams = z.strictObject({
  action: z.enum(ROLLOUT_ACTIONS),
  wave: z.number().int().min(1).optional(),
  id: rolloutId.optional(),
  expected_seq: z.number().int().min(0).optional(),
});
export type ActionParamsWire = z.infer<typeof actionParams>;

const params = z.record(z.string(), z.unknown());

export const evidence = z.object({
  exit_code: z.number().nullable(),
  signal: z.string().nullable(),
  health: z.array(z.object({ at: z.string(), healthy: z.boolean(), detail: z.string() })),
  log: z.array(z.string()),
});
export const failure = z.object({
  step: z.enum(["package", "stage", "switch", "verify", "bake", "settle"]),
  code: z.enum(FAILURE_CODES),
  params,
  evidence: evidence.nullable(),
});
export type FailureWire = z.infer<typeof failure>;

const failedInstance = z.object({
  instance_id: z.string(),
  step: z.string(),
  code: z.enum(FAILURE_CODES),
  message: z.string(),
  version_now: z.string().nullable(),
});
const resultExtras = {
  message: z.string(),
  instances: z.array(z.string()),
  total_instances: z.number().int(),
  completed_at: z.string(),
  ok: z.boolean(),
  status: z.enum(ROLLOUT_STATUSES),
  requested_instances: z.array(z.string()),
  failed_instances: z.array(failedInstance),
};
export const deployResult = z.object({ deploy_id: z.string(), service: z.string(), version: z.string(), ...resultExtras });
export const rollbackResult = z.object({
  rollback_id: z.string(),
  service: z.string(),
  target_version: z.string(),
  ...resultExtras,
});

/** What a rollout waits for, as a code and parameters (`waiting.<code>` in the message files). */
export const waitingFor = z.object({ code: z.string(), params, until: z.string().nullable() });

export const rollout = z.object({
  id: z.string(),
  kind: z.enum(ROLLOUT_KINDS),
  service: z.string(),
  /** null where the targets' versions differ. */
  version: z.string().nullable(),
  /** Versions that were replaced, most instances first. */
  from_versions: z.array(z.string()),
  /** Versions that targets go to, most instances first. */
  to_versions: z.array(z.string()),
  status: z.enum(ROLLOUT_STATUSES),
  status_reason: z.object({ code: z.string(), params }).nullable(),
  reason: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  strategy,
  requested_by: z.string(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  /** End of the grace period, or the later start: `scheduled` ends then. */
  scheduled_until: z.string().nullable(),
  /** Server time of this answer, for countdowns that do not trust the viewer's clock. */
  server_time: z.string(),
  counts: z.partialRecord(z.enum(TARGET_STATUSES), z.number().int()),
  total: z.number().int(),
  wave: z.number().int(),
  waves: z.array(
    z.object({
      number: z.number().int(),
      size: z.number().int(),
      done: z.number().int(),
      failed: z.number().int(),
      canary: z.boolean(),
    }),
  ),
  waiting_for: waitingFor.nullable(),
  allowed_actions: z.array(z.enum(ROLLOUT_ACTIONS)),
  /** The gate that `promote` would open. */
  gate: z.number().int().nullable(),
  takes_back: z.string().nullable(),
  taken_back_by: z.string().nullable(),
  held_by: z.string().nullable(),
  superseded_by: z.string().nullable(),
  retry_of: z.string().nullable(),
  hold: z.boolean(),
  last_seq: z.number().int(),
  ok: z.boolean().nullable(),
  result: z.union([deployResult, rollbackResult]).nullable(),
});
export type RolloutWire = z.infer<typeof rollout>;
export const rolloutPage = page(rollout);

export const rolloutTarget = z.object({
  instance_id: z.string(),
  host: z.string(),
  wave: z.number().int(),
  from_version: z.string().nullable(),
  to_version: z.string(),
  status: z.enum(TARGET_STATUSES),
  attempt: z.number().int(),
  changed: z.boolean(),
  /** What was last seen to run there, null when unknown or nothing. */
  version_now: z.string().nullable(),
  confirmed_down: z.boolean(),
  failure: failure.nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});
export type RolloutTargetWire = z.infer<typeof rolloutTarget>;
export const rolloutTargetPage = page(rolloutTarget);
const targetStatus = z.enum(TARGET_STATUSES);
/** `status` may be given more than once. */
export const targetQuery = z.object({ status: z.union([targetStatus, z.array(targetStatus)]).optional() });
export const logQuery = z.object({ order: z.enum(["oldest", "newest"]).default("oldest") });

export const coded = z.object({ code: z.string(), params });

export const plan = z.object({
  kind: z.enum(["deployment", "rollback", "take_back", "restart"]),
  service: z.string(),
  takes_back: z.string().nullable(),
  plan_token: z.string(),
  targets: z.array(
    z.object({
      instance_id: z.string(),
      wave: z.number().int(),
      from_version: z.string().nullable(),
      to_version: z.string(),
      from_revision: z.number().int().nullable(),
      to_revision: z.number().int(),
      answers: z.boolean().nullable(),
      /** null = not known (the host was not asked lately). */
      release_on_host: z.boolean().nullable(),
    }),
  ),
  left_alone: z.array(z.object({ instance_id: z.string(), code: z.string(), params })),
  waves: z.array(
    z.object({
      number: z.number().int(),
      size: z.number().int(),
      canary: z.boolean(),
      bake_seconds: z.number().int(),
      gate: z.boolean(),
    }),
  ),
  strategy,
  /** `ready`: one click starts it. `caution`: the reasons are shown first. `refused`: it would be refused, `refusal` says why. */
  tone: z.enum(["ready", "caution", "refused"]),
  cautions: z.array(coded),
  refusal: coded.nullable(),
  on_hosts: z.object({ ready: z.number().int(), total: z.number().int(), bytes_to_move: z.number().int().nullable() }),
  /** Of this plan, by what changes of this service took, in seconds; four of five lie between low and high; null without any change. */
  expected: z.object({ median_s: z.number(), low_s: z.number(), high_s: z.number(), samples: z.number().int() }).nullable(),
  ran_well: z.array(z.object({ version: z.string(), seconds: z.number(), errors: z.number().int() })),
  replaces: z.array(z.string()),
  holds: z.boolean(),
  min_answering: z.number().int(),
});
export type PlanWire = z.infer<typeof plan>;

export const rolloutQuery = z.object({
  service: serviceName.optional(),
  status: z.enum([...ROLLOUT_STATUSES, "live"]).optional(),
  kind: z.enum(ROLLOUT_KINDS).optional(),
  person: z.string().max(128).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  instance: instanceId.optional(),
});
