import { setImmediate as soon } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "./turns";

describe("turns", () => {
  it("are taken by so many at once and no more, in the order in which they were asked for", async () => {
    const turns = new Turns(2);
    const order: number[] = [];
    let now = 0;
    let most = 0;
    await Promise.all(
      [0, 1, 2, 3, 4].map((each) =>
        turns.take(async () => {
          order.push(each);
          now += 1;
          most = Math.max(most, now);
          await soon();
          now -= 1;
        }),
      ),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it("pass on from one that fails, which is told to who asked for it", async () => {
    const turns = new Turns(1);
    const failing = turns.take(() => Promise.reject(new Error("no")));
    const next = turns.take(async () => "done");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("done");
  });
});
