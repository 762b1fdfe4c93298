import type { Params } from "./errors";

/** Why a host cannot be reached, or cannot carry instances as it is. Each has its sentence in the message files (`troubles.<code>`). */
export const HOST_TROUBLES = [
  "name_unknown",
  "address_unknown",
  "port_closed",
  "no_route",
  "no_reply",
  "not_ssh",
  "no_common_algorithm",
  "host_key_new",
  "host_key_changed",
  "key_missing",
  "key_exposed",
  "key_locked",
  "key_invalid",
  "key_needs_agent",
  "agent_missing",
  "openssh_missing",
  "openssh_failed",
  "login_refused",
  "shell_refuses",
  "shell_prints",
  "connection_lost",
  "not_linux",
  "tool_missing",
  "fetcher_missing",
  "root_unusable",
  "root_full",
  "clock_off",
  "answer_broken",
  "too_late",
  "program_unplaced",
  "answer_unclear",
] as const;
export type HostTroubleCode = (typeof HOST_TROUBLES)[number];

/** `params` fill the sentence; `host` is always among them. */
export interface HostTrouble {
  readonly code: HostTroubleCode;
  readonly params: Params & { readonly host: string };
}

const WORKS_WITHOUT: readonly HostTroubleCode[] = ["fetcher_missing", "clock_off"];

/** A host with such a trouble carries instances all the same, with something missing. */
export function isBearable(code: HostTroubleCode): boolean {
  return WORKS_WITHOUT.includes(code);
}
