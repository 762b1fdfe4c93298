import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { eachBounded } from "./bounded";

it("does all, in order, never more than so many at once", async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  await eachBounded(
    Array.from({ length: 50 }, (_, at) => at),
    8,
    async (item) => {
      begun.push(item);
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
    },
  );
  expect(begun).toEqual(Array.from({ length: 50 }, (_, at) => at));
  expect(most).toBe(8);
});

it("does nothing for none", async () => {
  await expect(eachBounded([], 8, () => Promise.reject(new Error("none to act on")))).resolves.toBeUndefined();
});
