/** A host that takes connections and answers nothing: its SSH server stands still. */
import type { Lab } from "../../lib/lab/lab";
import { commandLineOf, runningOn } from "./processor.mjs";
import type { Release } from "./release.mjs";
import type { Slipway } from "./slipway.mjs";

export interface Hung {
  /** Milliseconds until the last of the other hosts had its instance verified; infinite when one had not. */
  readonly others: number;
  /** Until the deployment had ended without it. */
  readonly ended: number;
}

/** A deployment that goes on without one host. Throws when the deployment does not end. */
export async function withOneHung(slipway: Slipway, lab: Lab, release: Release, say: (sentence: string) => void): Promise<Hung> {
  const host = lab.hosts.at(-1);
  if (host === undefined) throw new Error("there is no host");
  await slipway.keep(release);
  const servers = runningOn([host]).filter((pid) => commandLineOf(pid).includes("sshd"));
  const signal = (name: "SIGSTOP" | "SIGCONT") => {
    for (const pid of servers) process.kill(pid, name);
  };
  say(`${host.host.name} hangs`);
  signal("SIGSTOP");
  try {
    const from = performance.now();
    const id = await slipway.deploy("push", release.version, { preset: "all_at_once", maxFailed: 1, onFailure: "stop" });
    const ended = performance.now() - from;
    const settled = await slipway.verifiedAfter(id);
    return { others: settled.length === lab.hosts.length - 1 ? Math.max(...settled) : Number.POSITIVE_INFINITY, ended };
  } finally {
    signal("SIGCONT");
  }
}
