/** Where a host is, and how it is reached. */

export type HostKind = "local" | "ssh";

interface HostPlace {
  readonly name: string;
  /** Address at which its instances listen. */
  readonly address: string;
  /** Absolute folder on the host under which everything of Slipway lies. */
  readonly root: string;
}

/** A folder on the machine of the worker. */
export interface LocalHost extends HostPlace {
  readonly kind: "local";
}

/** A machine of its own, reached over SSH. */
export interface SshHost extends HostPlace {
  readonly kind: "ssh";
  readonly ssh: SshAccess;
}

export type HostRef = LocalHost | SshHost;

/** What a worker signs in with. A key's bytes are never part of it: they stay where the worker runs. */
export type SshKey =
  /** Name of a file in the folder of keys that the worker was told. */
  | { readonly kind: "file"; readonly file: string }
  /** Whatever the worker's agent holds. */
  | { readonly kind: "agent" };

/**
 * What opens the connection: our own SSH, or the system's `ssh` with the configuration of whoever runs the worker (jump hosts,
 * proxies, names).
 */
export type SshVia = "builtin" | "openssh";

/** How a host is reached before anybody accepted its key. */
export interface SshTarget {
  readonly via: SshVia;
  readonly user: string;
  /** Name or address to connect to, or a `Host` of the configuration of the system's `ssh`; null = the host's address. */
  readonly host: string | null;
  readonly port: number;
  readonly key: SshKey;
  /** The host's public key that a person accepted, as `type base64`; null = none yet. */
  readonly hostKey: string | null;
}

export interface SshAccess extends SshTarget {
  readonly hostKey: string;
}
