import { describe, expect, it } from "vitest";
import { Slots } from "./slots";

const never = () => new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function began(...takes: readonly Promise<unknown>[]): Promise<number> {
  let count = 0;
  for (const take of takes) take.then(() => (count += 1)).catch(() => undefined);
  await settle();
  return count;
}

describe("the slots of a connection", () => {
  it("are eight, and a ninth begins when one is given back", async () => {
    const slots = new Slots();
    const takes = Array.from({ length: 9 }, () => slots.take(false, never()));
    expect(await began(...takes)).toBe(8);
    (await takes[0])?.();
    expect(await began(takes[8] ?? Promise.reject(new Error("no ninth")))).toBe(1);
  });

  it("leave two for quick questions, whatever lasts", async () => {
    const slots = new Slots();
    const changes = Array.from({ length: 20 }, () => slots.take(true, never()));
    expect(await began(...changes)).toBe(6);
    expect(await began(slots.take(false, never()), slots.take(false, never()), slots.take(false, never()))).toBe(2);
  });

  it("become fewer when the server says that it takes no more, but one is always left", async () => {
    const slots = new Slots();
    const [one, two, three] = [slots.take(false, never()), slots.take(false, never()), slots.take(false, never())];
    const giveBack = await three;
    slots.tooMany();
    giveBack();
    const fourth = slots.take(false, never());
    expect(await began(fourth)).toBe(0);
    (await one)();
    expect(await began(fourth)).toBe(1);
    (await two)();
    (await fourth)();
    const alone = await slots.take(false, never());
    slots.tooMany();
    alone();
    expect(await began(slots.take(true, never()))).toBe(1);
  });

  it("forget who gave up waiting", async () => {
    const slots = new Slots();
    const takes = Array.from({ length: 8 }, () => slots.take(false, never()));
    const patience = new AbortController();
    const given = slots.take(false, patience.signal);
    patience.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    for (const take of takes) (await take)();
    expect(slots.idle).toBe(true);
  });

  it("keep nobody waiting who had given up before", async () => {
    const slots = new Slots();
    for (let n = 0; n < 8; n += 1) await slots.take(false, never());
    const late = slots.take(false, AbortSignal.abort(new Error("enough")));
    await expect(Promise.race([late, settle()])).rejects.toThrow("enough");
  });
});
