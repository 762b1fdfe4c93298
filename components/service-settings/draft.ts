import { fieldErrors, type ServiceSettingsWire, serviceSettings, TELLING } from "@/lib/api/contract";
import type { Problems } from "@/lib/client/field-problems";
import { oneLine, withBreaks } from "@/lib/client/one-line";
import { pairsOf, pairsText } from "@/lib/client/pairs";

/**
 * Settings as a person types them: lists one item a line, names as `NAME=value` a line, the strategy as JSON. What is typed
 * is text so that nothing of it is lost while it is wrong.
 */
export interface Draft {
  readonly labels: string;
  readonly start: string;
  readonly environment: string;
  readonly user: string;
  readonly folder: string;
  readonly stop_signal: string;
  readonly stop_grace_s: string;
  readonly start_deadline_s: string;
  readonly pre_stop: string;
  readonly post_start: string;
  readonly health_kind: "http" | "tcp" | "command";
  readonly health_path: string;
  readonly health_status: string;
  readonly health_argv: string;
  readonly version_path: string;
  readonly delivery_mode: ServiceSettingsWire["delivery"]["mode"];
  readonly limit_kbit_s: string;
  readonly runs_kind: ServiceSettingsWire["runs"]["kind"];
  readonly runs_hardened: boolean;
  readonly runs_writable: string;
  readonly runs_stop: string;
  readonly runs_status: string;
  readonly sudo: boolean;
  readonly open_files: string;
  readonly memory_mb: string;
  readonly cpu_percent: string;
  readonly strategy: string;
}

/** What a person types, as it stands in its field. */
export type TextField = Exclude<
  { [Name in keyof Draft]: Draft[Name] extends boolean ? never : Name }[keyof Draft],
  "health_kind" | "delivery_mode" | "runs_kind"
>;

const lines = (items: readonly string[] | null) => (items ?? []).map(oneLine).join("\n");

const amount = (value: number | null) => (value === null ? "" : String(value));

/** A service's settings as a draft. */
export function draftOf(settings: ServiceSettingsWire, labels: Readonly<Record<string, string>>): Draft {
  const { health, runs } = settings;
  return {
    labels: pairsText(labels),
    start: lines(settings.start),
    environment: pairsText(settings.environment),
    user: settings.user ?? "",
    folder: settings.folder,
    stop_signal: settings.stop_signal,
    stop_grace_s: String(settings.stop_grace_s),
    start_deadline_s: String(settings.start_deadline_s),
    pre_stop: lines(settings.hooks.pre_stop),
    post_start: lines(settings.hooks.post_start),
    health_kind: health.kind,
    health_path: health.kind === "http" ? health.path : "/healthz",
    health_status: health.kind === "http" ? String(health.status) : "200",
    health_argv: health.kind === "command" ? lines(health.argv) : "",
    version_path: settings.version_at?.path ?? "",
    delivery_mode: settings.delivery.mode,
    limit_kbit_s: settings.delivery.limit_kbit_s === null ? "" : String(settings.delivery.limit_kbit_s),
    runs_kind: runs.kind,
    runs_hardened: runs.kind === "systemd" ? runs.hardened : true,
    runs_writable: runs.kind === "systemd" ? lines(runs.writable) : "",
    runs_stop: runs.kind === "commands" ? lines(runs.stop) : "",
    runs_status: runs.kind === "commands" ? lines(runs.status) : "",
    sudo: settings.sudo,
    open_files: amount(settings.limits.open_files),
    memory_mb: amount(settings.limits.memory_mb),
    cpu_percent: amount(settings.limits.cpu_percent),
    strategy: Object.keys(settings.strategy).length === 0 ? "" : JSON.stringify(settings.strategy, null, 2),
  };
}

/** Defaults of the contract, for a service that does not exist yet. */
export function emptyDraft(): Draft {
  return { ...draftOf(serviceSettings.parse({ start: ["./start"] }), {}), start: "" };
}

const listOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map(withBreaks);
const orNull = <T extends { readonly length: number }>(value: T) => (value.length === 0 ? null : value);
const numberOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

function healthOf(draft: Draft): unknown {
  switch (draft.health_kind) {
    case "http":
      return { kind: "http", path: draft.health_path, status: numberOf(draft.health_status) };
    case "tcp":
      return { kind: "tcp" };
    case "command":
      return { kind: "command", argv: listOf(draft.health_argv) };
    default:
      return draft.health_kind satisfies never;
  }
}

const amountOf = (text: string) => (text.trim() === "" ? null : numberOf(text));

function runsOf(draft: Draft): unknown {
  switch (draft.runs_kind) {
    case "process":
    case "supervised":
      return { kind: draft.runs_kind };
    case "systemd":
      return { kind: "systemd", hardened: draft.runs_hardened, writable: listOf(draft.runs_writable) };
    case "commands":
      return { kind: "commands", stop: listOf(draft.runs_stop), status: listOf(draft.runs_status) };
    default:
      return draft.runs_kind satisfies never;
  }
}

function strategyOf(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The draft as settings, or what is wrong with it, by JSON pointer (`/settings/…`), as the server would say it. */
export function settingsOf(draft: Draft): { readonly settings: ServiceSettingsWire } | { readonly problems: Problems } {
  const settings = {
    start: listOf(draft.start),
    environment: pairsOf(draft.environment),
    user: orNull(draft.user.trim()),
    folder: draft.folder,
    stop_signal: draft.stop_signal,
    stop_grace_s: numberOf(draft.stop_grace_s),
    start_deadline_s: numberOf(draft.start_deadline_s),
    hooks: { pre_stop: orNull(listOf(draft.pre_stop)), post_start: orNull(listOf(draft.post_start)) },
    health: healthOf(draft),
    version_at: draft.version_path.trim() === "" ? null : { path: draft.version_path.trim() },
    delivery: {
      mode: draft.delivery_mode,
      limit_kbit_s: draft.limit_kbit_s.trim() === "" ? null : numberOf(draft.limit_kbit_s),
    },
    runs: runsOf(draft),
    sudo: draft.sudo,
    limits: {
      open_files: amountOf(draft.open_files),
      memory_mb: amountOf(draft.memory_mb),
      cpu_percent: amountOf(draft.cpu_percent),
    },
    strategy: strategyOf(draft.strategy),
  };
  const parsed = serviceSettings.safeParse(settings, TELLING);
  if (parsed.success) return { settings: parsed.data };
  return {
    problems: new Map(fieldErrors(parsed.error).map(({ pointer, ...problem }) => [`/settings${pointer}`, problem])),
  };
}
