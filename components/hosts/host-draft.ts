import type { z } from "zod";
import { fieldErrors, hostInput, TELLING } from "@/lib/api/contract";
import type { Problems } from "@/lib/client/field-problems";
import { pairsOf } from "@/lib/client/pairs";

/** Kinds of hosts that can be added here; each has its fields in `kind-fields.tsx` and its part of the request in {@link hostOf}. */
export const HOST_KINDS = ["local"] as const;
export type HostKind = (typeof HOST_KINDS)[number];
export type HostInput = z.output<typeof hostInput>;

/** A host as a person types it. */
export interface HostDraft {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  /** null = nobody typed one: it follows the name. */
  readonly root: string | null;
  readonly zone: string;
  readonly labels: string;
}

const ROOTS = "/srv/slipway";

export function emptyHost(): HostDraft {
  return { name: "", kind: "local", address: "127.0.0.1", root: null, zone: "", labels: "" };
}

/** The folder that is taken unless another is typed: one for each host, so that many may lie on one machine. */
export function rootOf({ root, name }: Pick<HostDraft, "root" | "name">): string {
  return root ?? `${ROOTS}/${name.trim()}`;
}

/** The request, or what is wrong with it by JSON pointer, as the server would say it. */
export function hostOf(draft: HostDraft): { readonly host: HostInput } | { readonly problems: Problems } {
  const parsed = hostInput.safeParse(
    {
      name: draft.name.trim(),
      kind: draft.kind,
      address: draft.address.trim(),
      root: rootOf(draft).trim(),
      zone: draft.zone.trim() === "" ? null : draft.zone.trim(),
      labels: pairsOf(draft.labels),
    },
    TELLING,
  );
  if (parsed.success) return { host: parsed.data };
  return { problems: new Map(fieldErrors(parsed.error).map(({ pointer, ...problem }) => [pointer, problem])) };
}
