/** Capistrano in one process for all hosts, which opens its connections at every run. */
import { join } from "node:path";
import type { Contestant } from "./contestant.mjs";
import { type Peer, runs } from "./peers.mjs";

const CAPFILE = join(import.meta.dirname, "capistrano", "Capfile");

export function createCapistrano({ folder, sshConfig, key, knownHosts, hosts, port, spent }: Peer): Contestant {
  const cap = async (task: string, variables: Readonly<Record<string, string>>) => {
    await runs("cap", ["-f", CAPFILE, "bench", task], {
      cwd: folder,
      env: {
        BENCH_HOSTS: hosts.map(({ host }) => host.name).join(","),
        BENCH_SSH_CONFIG: sshConfig,
        BENCH_KEY: key,
        BENCH_KNOWN_HOSTS: knownHosts,
        BENCH_PORT: String(port),
        LC_ALL: "C.UTF-8",
        ...variables,
      },
    });
    return undefined;
  };
  return {
    verifies: "asked",
    deploy: ({ version, sha256, file }) =>
      cap("bench:deploy", { BENCH_VERSION: version, BENCH_SHA256: sha256, BENCH_PACKAGE: file }),
    back: ({ version }) => cap("bench:back", { BENCH_VERSION: version }),
    spent,
  };
}
