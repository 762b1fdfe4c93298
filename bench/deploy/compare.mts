/** All contestants on the same hosts, turn by turn; then one of the hosts hangs. */
import type { Scratch, Undo } from "../scratch.mjs";
import { createAnsible } from "./ansible.mjs";
import { createCapistrano } from "./capistrano.mjs";
import { createClusterShell } from "./clustershell.mjs";
import { type Contestant, measured, type Took } from "./contestant.mjs";
import { createFloor } from "./floor.mjs";
import { openLab } from "./hosts.mjs";
import { type Hung, withOneHung } from "./hung.mjs";
import { createOpenSsh } from "./openssh.mjs";
import { createPeer, equip, type Peer } from "./peers.mjs";
import { makeRelease } from "./release.mjs";
import { Slipway } from "./slipway.mjs";
import type { Tool } from "./tools.mjs";

const FIRST_PORT = 8101;

/** In the order of their turns. */
const PEERS: readonly { readonly tool: Tool; readonly name: string; create(peer: Peer): Contestant | Promise<Contestant> }[] = [
  { tool: "ssh", name: "a script over OpenSSH, connections kept", create: createOpenSsh },
  { tool: "clush", name: "ClusterShell (clush)", create: createClusterShell },
  { tool: "cap", name: "Capistrano", create: createCapistrano },
  { tool: "ansible-playbook", name: "Ansible, tuned", create: createAnsible },
];

/** One contestant with what its turns took; without turns it could not take part, and says why. */
export interface Row {
  readonly name: string;
  readonly why: string | null;
  readonly deployed: readonly Took[];
  readonly back: readonly Took[];
}

export interface Compared {
  readonly rows: readonly Row[];
  readonly floor: Row;
  readonly slipway: Row;
  readonly ansible: Row;
  readonly hung: Hung;
}

export interface CompareOptions {
  readonly hosts: number;
  readonly runs: number;
  /** Why a tool is not there; null when it is. */
  missing(tool: Tool): string | null;
  say(sentence: string): void;
}

class Entry implements Row {
  readonly deployed: Took[] = [];
  readonly back: Took[] = [];

  constructor(
    readonly name: string,
    readonly contestant: Contestant | null,
    readonly why: string | null = null,
  ) {}
}

export async function compare(scratch: Scratch, undo: Undo, options: CompareOptions): Promise<Compared> {
  const { hosts, runs, missing, say } = options;
  say(`Starting ${hosts} hosts…`);
  const lab = await openLab(scratch, undo, hosts);
  await equip(lab);
  const console = await Slipway.open(scratch, lab, undo);
  const floor = new Entry("the floor: a local loop, no SSH", await createFloor(scratch.folder, hosts, undo));
  const slipway = new Entry("Slipway", console.asContestant("push"));
  const fetching = new Entry("Slipway, hosts fetch", console.asContestant("pull"));
  const peers: Entry[] = [];
  for (const [at, { tool, name, create }] of PEERS.entries()) {
    const why = missing(tool);
    const peer = why === null ? await createPeer(lab, scratch.folder, tool, FIRST_PORT + at, undo) : null;
    peers.push(new Entry(name, peer && (await create(peer)), why));
  }
  const rows = [floor, slipway, fetching, ...peers];
  // The first version is what the others replace; with it come the connections.
  let before = await makeRelease(scratch.folder, "0.0.0");
  await console.keep(before);
  for (const { contestant } of rows) await contestant?.deploy(before);
  for (let run = 1; run <= runs; run += 1) {
    const release = await makeRelease(scratch.folder, `${run}.0.0`);
    await console.keep(release);
    for (const { name, contestant, deployed, back } of rows) {
      if (contestant === null) continue;
      say(`Round ${run} of ${runs}: ${name}`);
      const to = before;
      deployed.push(await measured(contestant, () => contestant.deploy(release)));
      back.push(await measured(contestant, () => contestant.back(to)));
    }
    before = release;
  }
  const ansible = peers.at(-1) ?? slipway;
  return { rows, floor, slipway, ansible, hung: await withOneHung(console, lab, await makeRelease(scratch.folder, "hung"), say) };
}
