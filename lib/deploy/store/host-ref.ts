import type { HostKind, HostRef, SshAccess } from "../ports";
import type { Prisma } from "./generated/client";
import { stored } from "./json";

/** A host that was added before there was a choice says nothing of it. */
type AsStored = Omit<SshAccess, "via"> & Partial<Pick<SshAccess, "via">>;

/** A host's row as the transports know it. `config` is what `putHost` wrote: of a host of kind `ssh`, how it is reached. */
export function hostRefOf(row: {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  readonly root: string;
  readonly config: Prisma.JsonValue;
}): HostRef {
  const { name, address, root } = row;
  switch (row.kind) {
    case "local":
      return { name, kind: "local", address, root };
    case "ssh":
      return { name, kind: "ssh", address, root, ssh: { via: "builtin", ...stored<AsStored>(row.config) } };
    default:
      return row.kind satisfies never;
  }
}
