/** The floor: the same work on this machine, side by side, without a connection, a console or a record. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { timesOf } from "../cpu.mjs";
import { freePort } from "../free-port.mjs";
import type { Undo } from "../scratch.mjs";
import type { Contestant } from "./contestant.mjs";
import { runs } from "./peers.mjs";
import { spentBelow } from "./processor.mjs";

const CHANGE = join(import.meta.dirname, "change.sh");
const SIDE_BY_SIDE = join(import.meta.dirname, "side-by-side.sh");
const ADDRESS = "127.0.0.1";

export async function createFloor(scratch: string, count: number, undo: Undo): Promise<Contestant> {
  const root = join(scratch, "floor");
  await mkdir(root);
  const ports: number[] = [];
  while (ports.length < count) {
    const port = await freePort(ADDRESS);
    if (!ports.includes(port)) ports.push(port);
  }
  const homeOf = (port: number) => join(root, String(port));
  undo(() =>
    runs("sh", [SIDE_BY_SIDE, "/dev/null", "sh", CHANGE, "stop"], { stdin: ports.map((port) => `${homeOf(port)}\n`).join("") }),
  );
  const everywhere = (what: string, version: string, behind: readonly string[]) =>
    runs("sh", [SIDE_BY_SIDE, "/dev/null", "sh", CHANGE, what], {
      stdin: ports.map((port) => `${[homeOf(port), version, ADDRESS, port, version, ...behind].join(" ")}\n`).join(""),
    });
  // Whoever is ended goes without anybody here having waited for it.
  let gone = 0;
  const instead = async (work: Promise<void>) => {
    const old = spentBelow(root);
    await work;
    gone += old;
    return undefined;
  };
  return {
    verifies: "asked",
    deploy: ({ version, sha256, file }) => instead(everywhere("deploy", version, [sha256, file])),
    back: ({ version }) => instead(everywhere("back", version, [])),
    spent: { here: () => 0, hosts: () => timesOf(process.pid).waited + spentBelow(root) + gone },
  };
}
