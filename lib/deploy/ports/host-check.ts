/** Looking at a host before instances are trusted to it. */
import type { HostTrouble } from "../domain/host-troubles";
import type { LocalHost, SshHost, SshTarget } from "./host";
import type { CallOptions } from "./index";

/** A host whose key may not have been accepted yet, and whose address may not be known: null = the one that `ssh.host` leads to. */
export type HostCandidate =
  | LocalHost
  | (Omit<SshHost, "ssh" | "address"> & { readonly address: string | null; readonly ssh: SshTarget });

export interface HostCheckResult {
  /** The key that the host showed, as `type base64`; null where it was not reached, or is of kind `local`. */
  readonly hostKey: string | null;
  /** Where its instances would be asked; null where it has none and its name leads nowhere. */
  readonly address: string | null;
  /** What is missing or wrong; empty when nothing is. The first is the one to mend first. */
  readonly troubles: readonly HostTrouble[];
}

export interface HostChecker {
  /** Never throws for a host that cannot be reached: that is a trouble too. */
  check(host: HostCandidate, options?: CallOptions): Promise<HostCheckResult>;
}
