import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { numberEvents } from "@/lib/deploy/store/database";
import { TestFleet } from "@/lib/deploy/testing/fleet";
import { waitOf } from "./rollout-started";

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  await fleet.service("web");
});
afterAll(() => fleet.close());

async function end(id: string): Promise<void> {
  const { db } = fleet.core;
  await db.rollout.update({ where: { id }, data: { status: "succeeded", completedAt: new Date(), ok: true } });
  await db.event.create({ data: { code: "rollout_ended", rolloutId: id, seq: 1, service: "web" } });
  await numberEvents(db);
}

describe("waiting for the end of a rollout", () => {
  it("is over at once when it has ended", async () => {
    await fleet.rollout("ended", "web", "succeeded");
    expect(await fleet.core.waitForEnd("ended", 300)).toBe(true);
  });

  it("is over when it ends, and not when another does", async () => {
    await fleet.rollout("mine", "web", "running");
    await fleet.rollout("other", "web", "running");
    let over = false;
    const waiting = fleet.core.waitForEnd("mine", 300).then((ended) => {
      over = true;
      return ended;
    });
    await end("other");
    expect(over).toBe(false);
    await end("mine");
    expect(await waiting).toBe(true);
  });

  it("gives up after its time, or when the caller has left", async () => {
    await fleet.rollout("long", "web", "running");
    expect(await fleet.core.waitForEnd("long", 0)).toBe(false);
    const caller = new AbortController();
    const waiting = fleet.core.waitForEnd("long", 300, caller.signal);
    caller.abort();
    expect(await waiting).toBe(false);
  });
});

describe("how long a caller waits", () => {
  it.each([
    [null, null],
    ["respond-async", null],
    ["wait=10", 10],
    ["respond-async, wait=10", 10],
    ['wait="20"; foo', 20],
    ["wait=100000", 300],
    ["wait=0", 0],
    ["await=5", null],
    ["wait=soon", null],
    ["wait=-1", null],
  ])("Prefer: %s is %s seconds", (prefer, seconds) => {
    expect(waitOf(new Request("http://localhost/", { headers: prefer === null ? {} : { prefer } }))).toBe(seconds);
  });
});
