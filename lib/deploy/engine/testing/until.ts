import { setTimeout as sleep } from "node:timers/promises";

const LONGEST_MS = 90_000;

/** Asks again and again until there is an answer other than null, undefined or false; the bound is only there to say what never came. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  everyMs = 25,
): Promise<T> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`it never came to this: ${what}`);
    await sleep(everyMs);
  }
}
