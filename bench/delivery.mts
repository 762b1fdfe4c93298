/**
 * The same release to the same hosts over SSH, all at once, in each way that it could get there: sent through the connection, fetched
 * by the hosts over their network, and fetched by them through a forward on the connection, which Slipway does not do.
 *
 *   npm run bench:delivery -- [--hosts 10] [--runs 5] [--megabytes 5]
 */
import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { readConfig } from "../lib/config";
import { type Core, composeCore } from "../lib/deploy/compose";
import { createHosts } from "../lib/deploy/hosts";
import { PrivateKeys } from "../lib/deploy/hosts/ssh/private-keys";
import { createReleaseLinks } from "../lib/deploy/packages/release-links";
import type { Delivery, SshHost } from "../lib/deploy/ports";
import { createPackageStore } from "../lib/deploy/store/packages/package-store";
import { createReleaseKey } from "../lib/deploy/store/release-key";
import { processorTime, since } from "./cpu.mjs";
import { openForward } from "./delivery/forward.mjs";
import { serveReleases } from "./delivery/release-server.mjs";
import { openLab } from "./deploy/hosts.mjs";
import { spentOnHosts } from "./deploy/processor.mjs";
import { makeRelease, type Release } from "./deploy/release.mjs";
import { COLUMNS, machine, option, percentile, printTable, rowOf, shown, timed } from "./measure.mjs";
import { inScratch } from "./scratch.mjs";

const count = option("hosts", 10, 100);
const runs = option("runs", 5, 50);
const megabytes = option("megabytes", 5, 500);

const CHUNK = 1024 * 1024;

interface Reached {
  readonly host: SshHost;
  /** Where it fetches from: over its network, and through a forward. */
  readonly network: string;
  readonly forward: string;
}

interface Way {
  readonly name: string;
  readonly from: ((reached: Reached) => string) | null;
  readonly walls: number[];
  readonly here: number[];
  readonly onHosts: number[];
}
const way = (name: string, from: Way["from"]): Way => ({ name, from, walls: [], here: [], onHosts: [] });
const WAYS = [
  way("sent through the connection", null),
  way("fetched over the network", ({ network }) => network),
  way("fetched through a forward", ({ forward }) => forward),
];

await inScratch(async (scratch, undo) => {
  const lab = await openLab(scratch, undo, count);
  const data = join(scratch.folder, "data");
  await mkdir(data);
  const core = composeCore(readConfig({ DATABASE_URL: scratch.databaseUrl, SLIPWAY_DATA: data }));
  undo(() => core.close());
  const places = { folder: lab.keys, passphrase: null, agent: null };
  const { transport } = await createHosts({ keys: places, say: ({ code }) => code, config: null });
  undo(() => transport.close());
  const keys = new PrivateKeys(places);
  const reached = await Promise.all(
    lab.hosts.map(async ({ host: { ssh, ...host }, place }): Promise<Reached> => {
      const { host_key: hostKey, ...access } = ssh;
      const ref: SshHost = { ...host, ssh: { ...access, hostKey } };
      const network = await serveReleases(core, place?.gateway ?? "127.0.0.1", undo);
      return { host: ref, network, forward: await openForward(ref, keys, network, undo) };
    }),
  );

  const bring = async (release: Release, { from }: Way, to: Reached) => {
    const base = from?.(to) ?? null;
    const links = createReleaseLinks(base, createReleaseKey(core.db));
    const delivery: Delivery = {
      address: base === null ? null : () => links.linkTo(release.sha256),
      bytesPerS: null,
      // Standing back would measure what else this machine does.
      background: false,
    };
    const bytes = { sha256: release.sha256, size: release.bytes.length };
    const result = await transport.stage(to.host, bytes, async () => createReadStream(release.file), { delivery });
    if (result.kind !== "staged" || !result.moved || result.fetchFailed !== undefined) throw new Error(JSON.stringify(result));
  };

  // The first round opens the connections and puts host.sh there.
  for (let run = 0; run <= runs; run += 1) {
    for (const each of WAYS) {
      const release = await makeRelease(scratch.folder, `${run}-${WAYS.indexOf(each)}`, megabytes * 1_000_000);
      await keep(core, release);
      const before = { here: processorTime(scratch.postmaster), hosts: spentOnHosts(lab.hosts) };
      const wall = await timed(() => Promise.all(reached.map((to) => bring(release, each, to))));
      if (run === 0) continue;
      const { own, database } = since(before.here, processorTime(scratch.postmaster));
      each.walls.push(wall);
      each.here.push(own + database);
      each.onHosts.push(spentOnHosts(lab.hosts) - before.hosts);
    }
  }
});
console.log(`${machine()}; ${megabytes} MB to ${count} hosts with a network of their own`);
const median = (values: readonly number[]) => shown(percentile(values, 0.5));
printTable(
  ["delivery", ...COLUMNS.slice(1), "CPU here", "CPU of all hosts"],
  WAYS.map(({ name, walls, here, onHosts }) => [...rowOf(name, walls), median(here), median(onHosts)]),
);

/** Puts it into the store and into this machine's copies, as an earlier deployment would have: only the way to the hosts is measured. */
async function keep(core: Core, { sha256, bytes }: Release): Promise<void> {
  const writer = await createPackageStore(core.db).begin();
  for (let at = 0; at < bytes.length; at += CHUNK) await writer.write(bytes.subarray(at, at + CHUNK));
  const release = { sha256, size: bytes.length };
  await writer.commit({ ...release, kind: "tar.gz", release, files: 1, unpackedSize: bytes.length });
  const link = new URL(await createReleaseLinks("http://localhost", createReleaseKey(core.db)).linkTo(sha256));
  const part = (name: string) => link.searchParams.get(name) ?? "";
  const kept = await core.signedRelease({ sha256, expires: part("expires"), signature: part("signature") });
  await finished((await kept.open()).resume());
}
