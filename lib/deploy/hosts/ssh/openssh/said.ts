/** What the system's `ssh` complains about, as a trouble of a host. */
import { fingerprintOf } from "@/lib/host-key";
import type { HostTroubleCode } from "../../../domain/host-troubles";
import { shownText } from "../../../domain/shown-text";
import { type Destination, placeOf } from "../line";
import { SshTrouble } from "../trouble";

const SHOWN = 200;
/** Lines that only say that it ended, after another one said why. */
const ENDINGS = /^(?:Connection closed by|kex_exchange_identification: Connection closed|Host key verification failed)/;

const CONNECTING: readonly (readonly [RegExp, HostTroubleCode])[] = [
  [/Connection refused/, "port_closed"],
  [/timed out/, "no_reply"],
  [/No route to host|Network is unreachable/, "no_route"],
];

/** `said`: standard error of a connection that did not come about, its debugging lines included. */
export function troubleIn(said: string, to: Destination): SshTrouble {
  const { name, ssh } = to;
  const at = placeOf(to);
  const host = at.address;
  const lines = said.split(/\r?\n/);
  const shown = lines.flatMap((line) => /^debug1: Server host key: \S+ (SHA256:\S+)/.exec(line)?.[1] ?? []).at(-1);
  const plain = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("debug"));
  const starts = (text: string) => plain.some((line) => line.startsWith(text));
  if (shown !== undefined && ssh.hostKey !== null && starts("Host key verification failed")) {
    const accepted = fingerprintOf(ssh.hostKey);
    if (accepted !== shown) return new SshTrouble("host_key_changed", { host: name, accepted, found: shown });
  }
  if (starts(`${ssh.user}@${host}: Permission denied`)) {
    return new SshTrouble("login_refused", { host: name, user: ssh.user, key: ssh.key.kind === "file" ? ssh.key.file : null });
  }
  if (starts(`ssh: Could not resolve hostname ${host.toLowerCase()}:`)) return new SshTrouble("name_unknown", at);
  if (plain.some((line) => /^Unable to negotiate with /.test(line))) return new SshTrouble("no_common_algorithm", at);
  const connecting = plain.find((line) => line.startsWith(`ssh: connect to host ${host} port ${ssh.port}: `));
  const known = connecting && CONNECTING.find(([pattern]) => pattern.test(connecting));
  if (known) return new SshTrouble(known[1], at);
  if (starts("Connection timed out during banner exchange")) return new SshTrouble("no_reply", at);
  // Through a proxy it is not known who closed it.
  const isDirect = !plain.some((line) => line.includes("UNKNOWN port"));
  if (isDirect && plain.some((line) => /^(?:kex_exchange_identification|banner exchange):/.test(line)))
    return new SshTrouble("not_ssh", at);
  return new SshTrouble("openssh_failed", { ...at, said: gistOf(plain) });
}

function gistOf(lines: readonly string[]): string {
  const telling = lines.filter((line) => !ENDINGS.test(line));
  return shownText((telling.length === 0 ? lines : telling).slice(-2).join(" ").slice(-SHOWN), SHOWN);
}
