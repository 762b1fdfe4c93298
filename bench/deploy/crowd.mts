/** Many hosts: what the console needs for each of them, and at most at once. */
import type { Scratch, Undo } from "../scratch.mjs";
import { measured, type Took } from "./contestant.mjs";
import { openLab } from "./hosts.mjs";
import { makeRelease } from "./release.mjs";
import { Slipway } from "./slipway.mjs";

const VERSIONS = 3;

export interface Crowd {
  readonly deployed: readonly Took[];
  readonly back: readonly Took[];
  /** Of the worker, in bytes. */
  readonly peakBytes: number;
}

export async function crowd(
  scratch: Scratch,
  undo: Undo,
  { hosts, say }: { readonly hosts: number; say(sentence: string): void },
): Promise<Crowd> {
  say(`Starting ${hosts} hosts…`);
  const lab = await openLab(scratch, undo, hosts);
  const slipway = await Slipway.open(scratch, lab, undo);
  const contestant = slipway.asContestant("push");
  let before = await makeRelease(scratch.folder, "0.0.0");
  await slipway.keep(before);
  await contestant.deploy(before);
  const deployed: Took[] = [];
  const back: Took[] = [];
  for (let at = 1; at <= VERSIONS; at += 1) {
    const release = await makeRelease(scratch.folder, `${at}.0.0`);
    await slipway.keep(release);
    say(`Version ${at} of ${VERSIONS}: Slipway, ${hosts} hosts`);
    const to = before;
    deployed.push(await measured(contestant, () => contestant.deploy(release)));
    back.push(await measured(contestant, () => contestant.back(to)));
    before = release;
  }
  return { deployed, back, peakBytes: slipway.worker.peakBytes() };
}
