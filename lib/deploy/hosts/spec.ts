import type { Limits, Running } from "../domain/running";
import type { ServiceSettings } from "../domain/settings";
import type { ActivateCommand } from "../ports";
import { encodeValue } from "./encoding";

type SpecCommand = Pick<ActivateCommand, "instance" | "service" | "release" | "settings" | "address" | "port">;

/** Name → value of everything that the process sees besides PATH, HOME and its like. What Slipway sets wins over the settings. */
function environmentOf(command: SpecCommand): [string, string][] {
  return Object.entries({
    ...command.settings.environment,
    HOST: command.address,
    PORT: String(command.port),
    SLIPWAY_SERVICE: command.service,
    SLIPWAY_INSTANCE: command.instance,
    SLIPWAY_VERSION: command.release.version,
  });
}

function healthOf({ settings }: SpecCommand): [string, string][] {
  switch (settings.health.kind) {
    case "http":
      return [
        ["health", "http"],
        ["health-path", settings.health.path],
        ["health-status", String(settings.health.status)],
      ];
    case "tcp":
      return [["health", "tcp"]];
    case "command":
      return [["health", "command"], ...list("health-arg", settings.health.argv)];
  }
}

/** A plain process is what hosts have always started: it is told in words that older programs know. */
function runsOf(runs: Running): [string, string][] {
  switch (runs.kind) {
    case "process":
      return [];
    case "supervised":
      return [["runs", "supervised"]];
    case "systemd":
      return [["runs", "systemd"], ["hardened", runs.hardened ? "yes" : "no"], ...list("writable", runs.writable)];
    case "commands":
      return [["runs", "commands"], ...list("stop-arg", runs.stop), ...list("status-arg", runs.status)];
  }
}

function limitsOf({ openFiles, memoryMb, cpuPercent }: Limits): [string, string][] {
  const told = { "limit-open-files": openFiles, "limit-memory-mb": memoryMb, "limit-cpu-percent": cpuPercent };
  return Object.entries(told).flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, String(value)]]));
}

/** Format 1 says all that a plain process needs; older programs refuse format 2 instead of overlooking what it says. */
const specFormat = ({ runs, sudo, limits }: ServiceSettings): 1 | 2 =>
  runs.kind === "process" && !sudo && limitsOf(limits).length === 0 ? 1 : 2;

const list = (key: string, values: readonly string[] | null): [string, string][] => (values ?? []).map((value) => [key, value]);
const milliseconds = (seconds: number) => String(Math.round(seconds * 1000));

/**
 * How one activation is started, stopped and asked, as the host keeps it: lines of "key value", closed by "end". It holds the
 * environment with its secrets, so it travels as data on stdin, never as arguments.
 * Throws RangeError for a NUL, and for a name in the environment that is none.
 */
export function specOf(command: SpecCommand): string {
  const { settings } = command;
  const environment = environmentOf(command);
  const misnamed = environment.find(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (misnamed) {
    throw new RangeError(`not a name for an environment variable: ${JSON.stringify(misnamed[0])}`);
  }
  const lines: [string, string][] = [
    ["slipway-spec", String(specFormat(settings))],
    ["version", command.release.version],
    ["address", command.address],
    ["port", String(command.port)],
    ["folder", settings.folder],
    ["user", settings.user ?? ""],
    ["stop-signal", settings.stopSignal],
    ["stop-grace-ms", milliseconds(settings.stopGraceS)],
    ["start-deadline-ms", milliseconds(settings.startDeadlineS)],
    ...healthOf(command),
    ["version-at", settings.versionAt?.path ?? ""],
    ...runsOf(settings.runs),
    ...(settings.sudo ? [["sudo", "yes"] satisfies [string, string]] : []),
    ...limitsOf(settings.limits),
    ...list("start", settings.start),
    ...list("pre-stop", settings.hooks.preStop),
    ...list("post-start", settings.hooks.postStart),
    ...environment.map(([name, value]): [string, string] => ["env", `${name}=${value}`]),
  ];
  return `${lines.map(([key, value]) => `${key} ${encodeValue(value)}\n`).join("")}end\n`;
}
