/** clush, which copies the package and then runs one command on all hosts. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contestant } from "./contestant.mjs";
import { ON_HOST, type Peer, runs } from "./peers.mjs";

const HOME = "clush";

export async function createClusterShell({ folder, sshConfig, hosts, port, spent }: Peer): Promise<Contestant> {
  await writeFile(
    join(folder, "clush.conf"),
    [
      "[Main]",
      `fanout: ${hosts.length}`,
      "color: never",
      `ssh_options: -F ${sshConfig}`,
      `scp_options: -F ${sshConfig}`,
      "",
    ].join("\n"),
  );
  const names = hosts.map(({ host }) => host.name).join(",");
  const clush = async (...args: readonly string[]) => {
    await runs("clush", ["-q", "-S", "-w", names, ...args], { env: { CLUSTERSHELL_CFGDIR: folder } });
    return undefined;
  };
  const change = (what: string, version: string, behind: readonly string[]) =>
    clush(["sh", ON_HOST, what, HOME, version, "127.0.0.1", port, version, ...behind].join(" "));
  return {
    verifies: "asked",
    deploy: async ({ version, sha256, file }) => {
      await clush("--copy", file, "--dest", "clush.tar.gz");
      return change("deploy", version, [sha256, "clush.tar.gz"]);
    },
    back: ({ version }) => change("back", version, []),
    spent,
  };
}
