import type { ActivateCommand, Delivery, FenceCommand } from "../ports";
import { encodeName } from "./encoding";

/** Arguments of `host.sh`, built here and run elsewhere. */
export type HostArguments = readonly [command: string, ...rest: string[]];

/** Bounds of a package on a host. Packages are checked before they are stored; the host checks again what it unpacks. */
const UNPACK_LIMITS = { bytes: 4 * 1024 ** 3, files: 200_000 } as const;

export const stageHave = (sha256: string): HostArguments => ["stage-have", sha256];

type Bytes = { readonly sha256: string; readonly size: number };

const bringing = (release: Bytes, { background }: Pick<Delivery, "background">) => [
  release.sha256,
  String(release.size),
  String(UNPACK_LIMITS.bytes),
  String(UNPACK_LIMITS.files),
  background ? "yes" : "no",
];

/** `offset`: bytes that the host has already; what follows on stdin begins there. */
export const stage = (release: Bytes, offset: number, delivery: Pick<Delivery, "background">): HostArguments => [
  "stage",
  ...bringing(release, delivery),
  String(offset),
];

/** The address follows on stdin, as one line. */
export const fetch = (release: Bytes, delivery: Pick<Delivery, "background" | "bytesPerS">): HostArguments => [
  "fetch",
  ...bringing(release, delivery),
  String(delivery.bytesPerS ?? 0),
];

export const activate = (command: ActivateCommand): HostArguments => [
  "activate",
  encodeName(command.instance),
  encodeName(command.tx),
  String(command.generation),
  command.mode,
  command.release.sha256,
  String(command.release.revision),
  encodeName(command.release.version),
  command.force ? "yes" : "no",
  command.expect?.sha256 ?? "-",
  command.expect === null ? "-" : String(command.expect.revision),
];

export function fence({ instance, generation, cancelUnless }: FenceCommand): HostArguments {
  const target = ["fence", encodeName(instance), String(generation)] as const;
  if (cancelUnless === null) return [...target, "leave"];
  if (cancelUnless === "always") return [...target, "always"];
  return [...target, "unless", cancelUnless.sha256, String(cancelUnless.revision)];
}

export const inspect = (instances: readonly string[], check: boolean): HostArguments => [
  "inspect",
  check ? "yes" : "no",
  ...instances.map(encodeName),
];

export const boot = (instances: readonly string[]): HostArguments => ["boot", ...instances.map(encodeName)];

export const powerOff = (command: { readonly instance: string; readonly generation: number }): HostArguments => [
  "power-off",
  encodeName(command.instance),
  String(command.generation),
];

export const stop = (command: { readonly instance: string; readonly tx: string; readonly generation: number }): HostArguments => [
  "stop",
  encodeName(command.instance),
  encodeName(command.tx),
  String(command.generation),
];

export const prune = (keep: readonly string[]): HostArguments => ["prune", ...keep];
