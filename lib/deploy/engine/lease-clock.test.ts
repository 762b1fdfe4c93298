import { expect, it } from "vitest";
import { HeldLeases, LEASE_MS } from "./lease-clock";

it("a lease is held for as long as the latest answer promised, in whatever order answers come", () => {
  let now = 0;
  const held = new HeldLeases<string>({ now: () => new Date(now), monotonicMs: () => now, sleep: () => Promise.resolve() });
  held.hold("r", 3_000);
  held.hold("r", 0);
  now = LEASE_MS;
  expect(held.isHeld("r")).toBe(true);
  now = LEASE_MS + 3_000;
  expect(held.isHeld("r")).toBe(false);
  held.hold("r", now);
  held.drop("r");
  expect(held.isHeld("r")).toBe(false);
});
