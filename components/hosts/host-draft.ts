import type { z } from "zod";
import { fieldErrors, hostCheckInput, hostInput, TELLING } from "@/lib/api/contract";
import type { Problems } from "@/lib/client/field-problems";
import { pairsOf } from "@/lib/client/pairs";

/** Kinds of hosts that can be added here; each has its fields in `kind-fields.tsx` and its part of the request in {@link wayTo}. */
export const HOST_KINDS = ["local", "ssh"] as const;
export type HostKind = (typeof HOST_KINDS)[number];
export type HostInput = z.output<typeof hostInput>;
export type HostCheckInput = z.output<typeof hostCheckInput>;

/** How a host is reached over SSH, as a person types it. */
export interface SshDraft {
  readonly via: "builtin" | "openssh";
  readonly user: string;
  /** Empty: the host's address. */
  readonly host: string;
  readonly port: number;
  readonly keyKind: "file" | "agent";
  readonly keyFile: string;
  /** The public key that a person accepted; null = none yet. */
  readonly hostKey: string | null;
}

/** A host as a person types it. */
export interface HostDraft {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  /** null = nobody typed one: it follows the name. */
  readonly root: string | null;
  readonly zone: string;
  readonly labels: string;
  readonly ssh: SshDraft;
}

const HERE = "127.0.0.1";
const ROOTS = "/srv/slipway";

export function emptyHost(): HostDraft {
  const ssh: SshDraft = {
    via: "builtin",
    user: "slipway",
    host: "",
    port: 22,
    keyKind: "file",
    keyFile: "id_ed25519",
    hostKey: null,
  };
  return { name: "", kind: "local", address: HERE, root: null, zone: "", labels: "", ssh };
}

/** The same host, reached otherwise: the address of this machine is none of a host over SSH. */
export function ofKind(draft: HostDraft, kind: HostKind): HostDraft {
  if (kind === "ssh") return { ...draft, kind, address: draft.address === HERE ? "" : draft.address };
  return { ...draft, kind, address: draft.address === "" ? HERE : draft.address };
}

/** The same host elsewhere. Where it is connected to by its address, that may be another machine: a key that was accepted is not its. */
export function atAddress(draft: HostDraft, address: string): HostDraft {
  const isConnectedTo = draft.ssh.host.trim() === "";
  return { ...draft, address, ssh: isConnectedTo ? { ...draft.ssh, hostKey: null } : draft.ssh };
}

/** The folder that is taken unless another is typed: one for each host, so that many may lie on one machine. */
export function rootOf({ root, name }: Pick<HostDraft, "root" | "name">): string {
  return root ?? `${ROOTS}/${name.trim()}`;
}

/** The request, or what is wrong with it by JSON pointer, as the server would say it. */
export function hostOf(draft: HostDraft): { readonly host: HostInput } | { readonly problems: Problems } {
  const zone = draft.zone.trim();
  const said = { ...wayTo(draft), zone: zone === "" ? null : zone, labels: pairsOf(draft.labels) };
  const parsed = hostInput.safeParse(said, TELLING);
  return parsed.success ? { host: parsed.data } : { problems: problemsIn(parsed.error) };
}

/** The question whether it could be added as it is, or what is wrong with that. */
export function checkOf(draft: HostDraft): { readonly check: HostCheckInput } | { readonly problems: Problems } {
  const parsed = hostCheckInput.safeParse(wayTo(draft), TELLING);
  return parsed.success ? { check: parsed.data } : { problems: problemsIn(parsed.error) };
}

function wayTo(draft: HostDraft) {
  const place = { name: draft.name.trim(), kind: draft.kind, address: draft.address.trim(), root: rootOf(draft).trim() };
  if (draft.kind === "local") return place;
  // Empty: the address that the name leads to, which a check finds out.
  const address = place.address === "" ? null : place.address;
  const { via, user, host, port, keyKind, keyFile, hostKey } = draft.ssh;
  const key = keyKind === "agent" ? { kind: keyKind } : { kind: keyKind, file: keyFile.trim() };
  const to = { user: user.trim(), host: host.trim() === "" ? null : host.trim(), port };
  return { ...place, address, ssh: { via, ...to, key, host_key: hostKey } };
}

function problemsIn(error: z.ZodError): Problems {
  return new Map(fieldErrors(error).map(({ pointer, ...problem }) => [pointer, problem]));
}
