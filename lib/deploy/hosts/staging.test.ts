import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Delivery, HostRef } from "../ports";
import { parseAnswer } from "./answer";
import type { HostArguments } from "./commands";
import { Staging } from "./staging";
import { WaitingClock } from "./testing/waiting-clock";

const HOST: HostRef = { name: "one", kind: "local", address: "127.0.0.1", root: "/srv/one" };
const BYTES = Buffer.alloc(100_000, "x");
const RELEASE = { sha256: "a".repeat(64), size: BYTES.length };
const LIMITED: Delivery = { address: null, bytesPerS: 10_000, background: false };

/** A host that has so much of the release already, and notes what it is asked and given. */
class NotingHost {
  readonly asked: string[] = [];
  readonly given: Buffer[] = [];
  constructor(private readonly has: number) {}

  ask = async (_host: HostRef, args: HostArguments, _options: unknown, stdin?: string | Readable) => {
    this.asked.push(args[0]);
    if (stdin !== undefined) this.given.push(stdin instanceof Readable ? await buffer(stdin) : Buffer.from(stdin));
    const said =
      { "stage-have": `have no ${this.has}`, fetch: "failed package_unavailable it cannot" }[args[0]] ?? "staged moved";
    return parseAnswer(`slipway-answer 1\n${said}\nend\n`);
  };
}

async function staged(delivery: Delivery, has = 0) {
  const host = new NotingHost(has);
  const clock = new WaitingClock();
  const open = async () => Readable.from([BYTES.subarray(0, 33_000), BYTES.subarray(33_000)]);
  const result = await new Staging(host.ask, 1000, clock).stage(HOST, RELEASE, open, { delivery });
  return { result, host, seconds: clock.ms / 1000 };
}

describe("sending a release", () => {
  it("takes as long as its limit says, for what the host does not have yet", async () => {
    const whole = await staged(LIMITED);
    expect(whole.host.given.map((bytes) => bytes.length)).toEqual([100_000]);
    expect(whole.seconds).toBeCloseTo(10, 0);
    const rest = await staged(LIMITED, 80_000);
    expect(rest.host.given.map((bytes) => bytes.length)).toEqual([20_000]);
    expect(rest.seconds).toBeCloseTo(2, 0);
  });

  it("waits for nothing without one", async () => {
    expect((await staged({ ...LIMITED, bytesPerS: null })).seconds).toBe(0);
  });

  it("keeps the limit, too, when it takes the place of fetching", async () => {
    const { result, host, seconds } = await staged({ ...LIMITED, address: async () => "http://console/x" }, 50_000);
    expect(result).toEqual({ kind: "staged", moved: true, fetchFailed: "it cannot" });
    expect(host.asked).toEqual(["fetch", "stage-have", "stage"]);
    expect(host.given.map(String)[0]).toBe("http://console/x\n");
    expect(seconds).toBeCloseTo(5, 0);
  });
});

describe("fetching a release", () => {
  const fetched: Delivery = { address: async () => "http://console/x", bytesPerS: null, background: false };
  const SILENCE_MS = 30;

  /** A host that says its first word, or none, and then nothing until it is given up; a busy one has other things to do first. */
  const bringing = (word: string | null, { signal, busy = false }: { signal?: AbortSignal; busy?: boolean } = {}) => {
    const ask: ConstructorParameters<typeof Staging>[0] = (_host, _args, options) => {
      if (!busy) options.onTurn?.();
      if (word !== null) options.onText?.(word);
      return new Promise((_, reject) => options.signal?.addEventListener("abort", () => reject(options.signal?.reason)));
    };
    return new Staging(ask, SILENCE_MS).stage(HOST, RELEASE, unused, { delivery: fetched, signal });
  };
  const unused = () => Promise.reject(new Error("it was not to be sent"));

  it("gives up on a host that does not even say that it begins", async () => {
    await expect(bringing(null)).rejects.toMatchObject({ trouble: { code: "too_late", params: { host: "one" } } });
  });

  it.each([
    ["that has begun", "slipway-answer 1\n", false],
    ["whose other changes come first", null, true],
  ])("waits for one %s until its caller leaves", async (_, word, busy) => {
    const caller = new AbortController();
    const staging = bringing(word, { signal: caller.signal, busy });
    const ended = staging.then(
      () => "ended",
      (reason: unknown) => reason,
    );
    expect(await Promise.race([ended, sleep(SILENCE_MS * 3, "waits")])).toBe("waits");
    caller.abort("left");
    expect(await ended).toBe("left");
  });
});
