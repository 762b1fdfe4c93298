import { z } from "zod";
import { DEFAULT_DELIVERY, DELIVERY_MODES } from "@/lib/deploy/domain/delivery";
import { DEFAULT_RUNS } from "@/lib/deploy/domain/running";
import { INSTANCE_CONDITIONS, INSTANCE_STATUSES, ROLLOUT_KINDS, ROLLOUT_STATUSES } from "@/lib/deploy/domain/statuses";
import { fitting, labels, line, page, reason, serviceName } from "./fields";
import type { Format } from "./formats";
import { coded, rollout } from "./rollout";
import { strategyInput } from "./strategy";

const argv = z
  .array(
    fitting(/^[^\0]*$/, "text")
      .min(1)
      .max(4096),
  )
  .min(1)
  .max(256);
const urlPath = fitting(/^\/[\x21-\x7e]*$/, "url_path").max(512);

export const healthCheck = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("http"),
    path: urlPath.default("/healthz"),
    status: z.number().int().min(100).max(599).default(200),
  }),
  z.strictObject({ kind: z.literal("tcp") }),
  z.strictObject({ kind: z.literal("command"), argv }),
]);

export const running = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("process") }),
  z.strictObject({ kind: z.literal("supervised") }),
  z.strictObject({
    kind: z.literal("systemd"),
    hardened: z.boolean().default(true),
    writable: z
      .array(fitting(/^\/[^\p{Cc}]*$/u, "absolute_folder").max(1024))
      .max(64)
      .default([]),
  }),
  z.strictObject({ kind: z.literal("commands"), stop: argv, status: argv }),
]);

export const serviceSettings = z
  .strictObject({
    start: argv,
    environment: z
      .record(fitting(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "variable"), fitting(/^[^\0]*$/, "text").max(8192))
      .default({}),
    user: fitting(/^[a-z_][a-z0-9_-]{0,31}$/, "user")
      .nullable()
      .default(null),
    folder: fitting(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\p{Cc}]*$/u, "inner_folder")
      .max(255)
      .default(""),
    stop_signal: z.enum(["TERM", "INT", "QUIT", "HUP", "USR1", "USR2"]).default("TERM"),
    stop_grace_s: z.number().int().min(0).max(3600).default(10),
    start_deadline_s: z.number().int().min(1).max(3600).default(60),
    hooks: z
      .strictObject({ pre_stop: argv.nullable().default(null), post_start: argv.nullable().default(null) })
      .default({ pre_stop: null, post_start: null }),
    health: healthCheck.default({ kind: "http", path: "/healthz", status: 200 }),
    version_at: z.strictObject({ path: urlPath }).nullable().default(null),
    delivery: z
      .strictObject({
        mode: z.enum(DELIVERY_MODES).default(DEFAULT_DELIVERY.mode),
        limit_kbit_s: z.number().int().min(64).max(100_000_000).nullable().default(DEFAULT_DELIVERY.limitKbitS),
      })
      .prefault({}),
    runs: running.default(DEFAULT_RUNS),
    sudo: z.boolean().default(false),
    limits: z
      .strictObject({
        open_files: z.number().int().min(16).max(1_048_576).nullable().default(null),
        memory_mb: z.number().int().min(4).max(16_777_216).nullable().default(null),
        cpu_percent: z.number().int().min(1).max(100_000).nullable().default(null),
      })
      .prefault({}),
    strategy: strategyInput.default({}),
  })
  .superRefine(({ runs, limits }, context) => {
    if (runs.kind === "systemd") return;
    for (const limit of ["memory_mb", "cpu_percent"] as const)
      if (limits[limit] !== null)
        context.addIssue({
          code: "custom",
          path: ["limits", limit],
          message: "needs_systemd" satisfies Format,
          input: limits[limit],
        });
  });
export type ServiceSettingsWire = z.infer<typeof serviceSettings>;

export const serviceInput = z.strictObject({ name: serviceName, labels: labels.default({}), settings: serviceSettings });
export const serviceUpdate = z.strictObject({
  labels: labels.optional(),
  settings: serviceSettings.optional(),
  expected_revision: z.number().int().min(1).optional(),
});

/** What a definition changes. */
const definitionChange = z.object({
  /** RFC 6901, into the definition. */
  pointer: z.string(),
  /** Not there: nothing was said. */
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});
export type DefinitionChange = z.infer<typeof definitionChange>;
export const definitionAnswer = z.object({
  service: z.string(),
  /** It was not there before. */
  created: z.boolean(),
  /** false: it was only asked what would change. */
  applied: z.boolean(),
  /** The newest one now; 0 for a service that is not there. */
  revision: z.number().int(),
  changes: z.array(definitionChange),
});
export type DefinitionAnswer = z.infer<typeof definitionAnswer>;
export const definitionQuery = z.strictObject({
  /** Only asks what would change. */
  dry_run: z.enum(["true", "false"]).default("false"),
  /** Refused when another revision is the newest by now; 0: when there is such a service. */
  expected_revision: z.coerce.number().int().min(0).optional(),
});

export const hold = z.object({
  by: z.string(),
  at: z.string(),
  reason: z.string().nullable(),
  rollout_id: z.string().nullable(),
});
export const holdParams = z.strictObject({ reason: reason.optional() });

/** One segment of a version bar. `color` is 0–7, kept for ever with the version. */
const versionCount = z.object({
  version: z.string(),
  color: z.number().int(),
  instances: z.number().int(),
  healthy: z.number().int(),
  newest: z.boolean(),
});

/** The rollback button: what one click would do now. */
const oneClick = z.discriminatedUnion("state", [
  z.object({
    state: z.enum(["ready", "caution"]),
    takes_back: z.string(),
    from: z.array(z.string()),
    to: z.array(z.string()),
    instances: z.number().int(),
    cautions: z.array(coded),
  }),
  /** A rollback is under way: Watch. In its grace the person who started it sees the countdown. */
  z.object({
    state: z.literal("running"),
    rollout_id: z.string(),
    requested_by: z.string(),
    created_at: z.string(),
    scheduled_until: z.string().nullable(),
    takes_back: z.string().nullable(),
    from: z.array(z.string()),
    to: z.array(z.string()),
  }),
  z.object({ state: z.literal("nothing"), runs: z.array(z.string()) }),
]);

const rolloutSummary = z.object({
  id: z.string(),
  kind: z.enum(ROLLOUT_KINDS),
  status: z.enum(ROLLOUT_STATUSES),
  from_versions: z.array(z.string()),
  to_versions: z.array(z.string()),
  requested_by: z.string(),
  created_at: z.string(),
  completed_at: z.string().nullable(),
  reason: z.string().nullable(),
  instances: z.number().int(),
});
export type RolloutSummaryWire = z.infer<typeof rolloutSummary>;

export const service = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  instances: z.number().int(),
  hosts: z.number().int(),
  by_status: z.record(z.enum(INSTANCE_STATUSES), z.number().int()),
  versions: z.array(versionCount),
  hold: hold.nullable(),
  live: z.array(rolloutSummary),
  last_rollout: rolloutSummary.nullable(),
  rollback: oneClick,
  server_time: z.string(),
});
export type ServiceWire = z.infer<typeof service>;
export const servicePage = page(service);

export const serviceDetail = service.extend({
  revision: z.number().int(),
  settings: serviceSettings,
  created_at: z.string(),
});
export type ServiceDetailWire = z.infer<typeof serviceDetail>;

export const version = z.object({
  version: z.string(),
  color: z.number().int(),
  package_url: z.string(),
  package_sha256: z.string(),
  package_size: z.number().int(),
  instances: z.number().int(),
  healthy: z.number().int(),
  first_seen_at: z.string(),
  last_seen_at: z.string().nullable(),
  barrier: z.object({ reason: z.string(), by: z.string(), at: z.string() }).nullable(),
  withdrawn_at: z.string().nullable(),
  withdrawn_by: z.string().nullable(),
  withdrawn_reason: z.string().nullable(),
});
export type VersionWire = z.infer<typeof version>;
export const versionPage = page(version);
export const withdrawParams = z.strictObject({ reason: reason.optional() });
/** null lifts it. */
export const barrierParams = z.strictObject({ barrier: z.strictObject({ reason: reason.min(1) }).nullable() });

const attentionItem = z.object({
  instance_id: z.string(),
  service: z.string(),
  version: z.string(),
  condition: z.enum(INSTANCE_CONDITIONS),
  detail: coded,
  since: z.string().nullable(),
  /** Named version that one could go back to, if any. */
  rollback_target: z.string().nullable(),
});

/** What the Fleet page says above its table. */
export const overview = z.object({
  totals: z.object({
    services: z.number().int(),
    instances: z.number().int(),
    hosts: z.number().int(),
    active: z.number().int(),
    pending: z.number().int(),
    error: z.number().int(),
  }),
  live: z.array(rollout),
  paused: z.number().int(),
  attention: z.array(attentionItem),
  attention_total: z.number().int(),
  /** Where so many stopped answering within a minute that the console may itself be cut off. */
  cut_off: z.array(
    z.object({ kind: z.enum(["service", "zone"]), name: z.string(), fallen: z.number().int(), total: z.number().int() }),
  ),
  workers: z.object({ alive: z.number().int(), last_seen_at: z.string().nullable() }),
  monitor: z.object({ last_checked_at: z.string().nullable() }),
  demo: z.object({ active: z.boolean(), step: line(200).nullable() }),
  server_time: z.string(),
});
export type OverviewWire = z.infer<typeof overview>;
export type AttentionWire = z.infer<typeof attentionItem>;
