import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "../preflight/refusal.mjs";
import type { Supervised } from "./supervise.mjs";

const PATIENCE_MS = 90_000;
const ASK_EVERY_MS = 50;
const FALLS_ALLOWED = 2;

/**
 * Resolves when `/readyz` answers 200.
 * @throws Refusal when it has not after a minute and a half, or the web process keeps falling over.
 */
export async function waitUntilReady(url: string, web: Supervised, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await answers(`${url}/readyz`, signal))) {
    if (web.falls > FALLS_ALLOWED) throw new Refusal(`The web process does not start; it says why in ${web.logFile}.`);
    if (performance.now() > deadline)
      throw new Refusal(`The console does not become ready; the web process may say why in ${web.logFile}.`);
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]), redirect: "manual" });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
