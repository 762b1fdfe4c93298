/** A script of one's own: OpenSSH to every host side by side, on connections that stay. */
import { join } from "node:path";
import type { Contestant } from "./contestant.mjs";
import { ON_HOST, type Peer, runs } from "./peers.mjs";

const SIDE_BY_SIDE = join(import.meta.dirname, "side-by-side.sh");
const HOME = "openssh";

export function createOpenSsh({ sshConfig, hosts, port, spent }: Peer): Contestant {
  const everywhere = async (what: string, version: string, input: string, behind: readonly string[]) => {
    const words = [what, HOME, version, "127.0.0.1", port, version, ...behind].join(" ");
    const stdin = hosts.map(({ host }) => `${host.name} sh ${ON_HOST} ${words}\n`).join("");
    await runs("sh", [SIDE_BY_SIDE, input, "ssh", "-F", sshConfig], { stdin });
    return undefined;
  };
  return {
    verifies: "asked",
    deploy: ({ version, sha256, file }) => everywhere("deploy", version, file, [sha256, "-"]),
    back: ({ version }) => everywhere("back", version, "/dev/null", []),
    spent,
  };
}
