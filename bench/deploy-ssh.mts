/**
 * A 5 MB package to so many hosts over SSH, one instance each, all at once, and back: against the same through the same console to
 * folders of this machine, and against a plain shell loop that does the same work here. They take turns.
 *
 *   npm run bench:deploy-ssh -- [--hosts 20] [--runs 5]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostRef } from "../lib/deploy/ports";
import { type LabHost, startLab, stopLab } from "../lib/lab/lab";
import { type ProcessorTime, processorTime, since } from "./cpu.mjs";
import { freePort } from "./free-port.mjs";
import { Ground, type Placed } from "./ground.mjs";
import { COLUMNS, machine, option, percentile, printTable, rowOf, shown, timed } from "./measure.mjs";
import { plainLoop } from "./plain-loop.mjs";
import { inScratch } from "./scratch.mjs";
import { timelineOf, totalOf } from "./timeline.mjs";

const DEPLOY_BAR = 1.5;
const SSH_PORT_OF_INSTANCE = 8100;
const GRACE_S = 1;
const runs = option("runs", 5, 50);
const count = option("hosts", 20, 250);

interface Contestant {
  readonly walls: number[];
  readonly cpu: ProcessorTime[];
  readonly rollbacks: number[];
}
const contestant = (): Contestant => ({ walls: [], cpu: [], rollbacks: [] });

await inScratch(async (scratch, undo) => {
  const labFolder = join(scratch.folder, "lab");
  undo(() => stopLab(labFolder));
  const lab = await startLab(labFolder, count);
  const ground = await Ground.open(scratch, undo, lab.keys);
  await ground.add("over-ssh", lab.hosts.map(overSsh));
  await ground.add("local", await localPlaces(scratch.folder));
  const loopPlaces = await Promise.all(
    Array.from({ length: count }, async (_, at) => ({
      name: `loop-${at}`,
      address: "127.0.0.1",
      port: await freePort("127.0.0.1"),
    })),
  );
  const loopRoot = join(scratch.folder, "loop");
  await mkdir(loopRoot);
  undo(() => plainLoop(["stop", loopRoot], loopPlaces));
  const measured = async (into: Contestant, keep: boolean, work: () => Promise<unknown>) => {
    const before = processorTime(scratch.postmaster);
    const wall = await timed(work);
    if (!keep) return;
    into.walls.push(wall);
    into.cpu.push(since(before, processorTime(scratch.postmaster)));
  };
  const loop = contestant();
  const sides = { local: contestant(), "over-ssh": contestant() };
  // The first round starts what the others replace, and opens the connections.
  for (let run = 0; run <= runs; run += 1) {
    const keep = run > 0;
    const file = join(loopRoot, `${run}.tar.gz`);
    await writeFile(file, await ground.publish("loop", `${run}.0.0`));
    await measured(loop, keep, () => plainLoop([file, loopRoot, process.execPath], loopPlaces));
    for (const service of ["local", "over-ssh"] as const) {
      await ground.publish(service, `${run}.0.0`);
      await ground.keep(service, `${run}.0.0`);
      await measured(sides[service], keep, () => ground.deploy(service, `${run}.0.0`));
      if (!keep) continue;
      const back = await ground.rollBack(service, `${run - 1}.0.0`);
      sides[service].rollbacks.push(totalOf(await timelineOf(ground.core, back, GRACE_S)));
    }
  }
  console.log(`${machine()}; ${count} hosts${lab.hosts[0]?.place ? " with a network of their own" : " that share a network"}`);
  print(loop, sides.local, sides["over-ssh"]);
});

function print(loop: Contestant, local: Contestant, ssh: Contestant): void {
  const median = (values: readonly number[]) => percentile(values, 0.5);
  const ratio = (of: Contestant) => median(of.walls) / median(loop.walls);
  printTable(
    ["deployment", ...COLUMNS.slice(1), "ratio", `bar: ${DEPLOY_BAR}`],
    [
      [...rowOf("plain loop, here", loop.walls), "1.00", ""],
      [...rowOf("Slipway, folders of this machine", local.walls), ratio(local).toFixed(2), ""],
      [...rowOf("Slipway, over SSH", ssh.walls), ratio(ssh).toFixed(2), ratio(ssh) <= DEPLOY_BAR ? "met" : "missed"],
    ],
  );
  printTable(
    ["rollback, after the grace", ...COLUMNS.slice(1)],
    [rowOf("Slipway, folders of this machine", local.rollbacks), rowOf("Slipway, over SSH", ssh.rollbacks)],
  );
  const parts = ["own", "children", "database"] as const;
  const row = (name: string, of: Contestant) => [name, ...parts.map((part) => shown(median(of.cpu.map((each) => each[part]))))];
  printTable(
    ["processor time, medians", "console and worker", "programs that they started", "database"],
    [row("plain loop, here", loop), row("Slipway, folders of this machine", local), row("Slipway, over SSH", ssh)],
  );
}

function overSsh({ host: { ssh, ...host } }: LabHost): Placed {
  const { host_key: hostKey, ...access } = ssh;
  return { host: { ...host, ssh: { ...access, hostKey } }, name: `over-ssh-${host.name}`, port: SSH_PORT_OF_INSTANCE };
}

async function localPlaces(folder: string): Promise<readonly Placed[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const host: HostRef = { name: `here-${at}`, kind: "local", address: "127.0.0.1", root: join(folder, `here-${at}`) };
      return { host, name: `local-${at}`, port: await freePort("127.0.0.1") };
    }),
  );
}
