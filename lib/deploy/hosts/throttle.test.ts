import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { WaitingClock } from "./testing/waiting-clock";
import { Throttle } from "./throttle";

async function passages(chunks: readonly Buffer[], bytesPerS: number) {
  const clock = new WaitingClock();
  const throttle = new Throttle(bytesPerS, clock);
  const passed: { readonly ms: number; readonly bytes: Buffer }[] = [];
  const push = throttle.push.bind(throttle);
  throttle.push = (bytes) => {
    if (Buffer.isBuffer(bytes)) passed.push({ ms: clock.ms, bytes });
    return push(bytes);
  };
  const [all] = await Promise.all([buffer(throttle), pipeline(Readable.from(chunks), throttle)]);
  return { all, passed, clock };
}

describe("a throttle", () => {
  const chunks = [1, 70_000, 3, 20_000, 150_000].map((size, at) => Buffer.alloc(size, at));

  it("gives every byte, in order", async () => {
    expect((await passages(chunks, 10_000)).all.equals(Buffer.concat(chunks))).toBe(true);
  });

  it("lets through at most its limit in any second, and a tenth of it at a time", async () => {
    const { passed } = await passages(chunks, 10_000);
    for (const [at, { ms, bytes }] of passed.entries()) {
      expect(bytes.length).toBeLessThanOrEqual(1000);
      const within = passed.slice(at).filter((later) => later.ms < ms + 1000);
      // What passes at the very start of the second may have been waited for before it.
      expect(within.reduce((sum, each) => sum + each.bytes.length, 0)).toBeLessThanOrEqual(11_000);
    }
  });

  it("is as fast as its limit", async () => {
    const { clock, all } = await passages(chunks, 10_000);
    expect(clock.ms).toBeGreaterThan((all.length / 10_000) * 1000 - 200);
    expect(clock.ms).toBeLessThanOrEqual((all.length / 10_000) * 1000);
  });

  it("does not make up for time in which nothing came", async () => {
    const clock = new WaitingClock();
    const throttle = new Throttle(1000, clock);
    const rest = buffer(throttle);
    throttle.write(Buffer.alloc(100));
    clock.ms = 60_000;
    throttle.end(Buffer.alloc(1000));
    await rest;
    expect(clock.ms).toBe(60_900);
  });

  it("stops waiting when it is given up", async () => {
    const throttle = new Throttle(1);
    const failed = expect(pipeline(Readable.from([Buffer.alloc(1000)]), throttle)).rejects.toThrow("given up");
    throttle.destroy(new Error("given up"));
    await failed;
  });
});
