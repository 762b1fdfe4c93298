/**
 * What the system's `ssh` is told on its command line, where the first value wins: what makes a connection trustworthy is said here,
 * and how the host is reached (jump hosts, proxies, names, algorithms) stays with the configuration of whoever runs the worker.
 */
import { keyTypeOf } from "@/lib/host-key";
import type { Destination } from "../line";
import type { Identity } from "../private-keys";

/** Under which its key stands in a file of our own, whatever the host is called. */
const ALIAS = "slipway";
const KEPT_S = 600;
const KEEP_ALIVE_S = 5;
const MOST_UNANSWERED = 3;

/** What is printed instead of connecting anew. */
export const NO_MASTER = "slipway-no-master";

/** A value that stands for itself where `ssh` would expand percent signs. */
const literally = (path: string): string => path.replaceAll("%", "%%");
const all = (options: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);

/** Nothing is ever asked, forwarded, or done besides what is said on the command line. */
const ALWAYS = all({
  IgnoreUnknown: "KnownHostsCommand,StdinNull,SessionType,ForkAfterAuthentication",
  BatchMode: "yes",
  ForwardAgent: "no",
  ForwardX11: "no",
  ClearAllForwardings: "yes",
  PermitLocalCommand: "no",
  RemoteCommand: "none",
  RequestTTY: "no",
  EscapeChar: "none",
  StdinNull: "no",
  ForkAfterAuthentication: "no",
});

function trusting(knownHosts: string, checking: "yes" | "accept-new"): string[] {
  return all({
    StrictHostKeyChecking: checking,
    UserKnownHostsFile: `"${literally(knownHosts)}"`,
    GlobalKnownHostsFile: "/dev/null",
    KnownHostsCommand: "none",
    HostKeyAlias: ALIAS,
    HashKnownHosts: "no",
    CheckHostIP: "no",
    UpdateHostKeys: "no",
    VerifyHostKeyDNS: "no",
  });
}

function signingIn(identity: Identity): string[] {
  const methods = { PreferredAuthentications: "publickey", PubkeyAuthentication: "yes", PasswordAuthentication: "no" };
  return "file" in identity
    ? ["-i", literally(identity.file), ...all({ ...methods, IdentitiesOnly: "yes", IdentityAgent: "none" })]
    : all({ ...methods, IdentitiesOnly: "no", IdentityAgent: "SSH_AUTH_SOCK" });
}

function to({ address, ssh }: Destination): string[] {
  return ["-l", ssh.user, "-p", String(ssh.port), "--", ssh.host ?? address];
}

function connectTimeout(withinMs: number): number {
  return Math.max(1, Math.round(withinMs / 1000));
}

/** The line of `known_hosts` that holds a key that a person accepted, or that a server showed. */
export const knownHost = (hostKey: string): string => `${ALIAS} ${hostKey}\n`;

/** The key in what {@link lookArguments} wrote; null when there is none. */
export function keyIn(knownHosts: string): string | null {
  const [, type, key] = knownHosts.split("\n")[0]?.trim().split(" ") ?? [];
  if (type === undefined || key === undefined) return null;
  const publicKey = `${type} ${key}`;
  return keyTypeOf(publicKey) === type ? publicKey : null;
}

/** Writes the key that the server shows into `knownHosts`, which is not there yet, and offers nothing to sign in with. */
export function lookArguments(
  config: readonly string[],
  destination: Destination,
  knownHosts: string,
  withinMs: number,
): string[] {
  const nothing = all({ PreferredAuthentications: "none", PubkeyAuthentication: "no", ConnectTimeout: connectTimeout(withinMs) });
  const alone = all({ ControlMaster: "no", ControlPath: "none", ControlPersist: "no", LogLevel: "INFO" });
  return [...config, ...ALWAYS, ...trusting(knownHosts, "accept-new"), ...nothing, ...alone, "-T", "-N", ...to(destination)];
}

/** The one connection, which stays in the background for ten minutes after its last session. */
export function masterArguments(
  config: readonly string[],
  destination: Destination,
  paths: { readonly knownHosts: string; readonly control: string },
  identity: Identity,
  withinMs: number,
): string[] {
  const kept = all({
    ControlMaster: "yes",
    ControlPersist: KEPT_S,
    ServerAliveInterval: KEEP_ALIVE_S,
    ServerAliveCountMax: MOST_UNANSWERED,
    ConnectTimeout: connectTimeout(withinMs),
    LogLevel: "DEBUG1",
  });
  const trust = [...trusting(paths.knownHosts, "yes"), ...signingIn(identity)];
  return [...config, ...ALWAYS, ...trust, ...kept, "-S", literally(paths.control), "-T", "-N", "-f", ...to(destination)];
}

/** On the connection that stands, and on no other: where it is gone `ssh` would make one of its own, and says NO_MASTER instead. */
export function sessionArguments(config: readonly string[], destination: Destination, control: string, line: string): string[] {
  const instead = { ProxyCommand: `sh -c 'echo ${NO_MASTER} >&2; exit 1'`, ControlMaster: "no", ControlPersist: "no" };
  const quiet = all({ ...instead, SessionType: "default", LogLevel: "ERROR" });
  return [...config, ...ALWAYS, ...quiet, "-S", literally(control), "-T", ...to(destination), line];
}

export function leaveArguments(config: readonly string[], destination: Destination, control: string): string[] {
  return [...config, ...all({ LogLevel: "ERROR" }), "-S", literally(control), "-O", "exit", ...to(destination)];
}
