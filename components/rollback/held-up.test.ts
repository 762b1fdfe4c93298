import { describe, expect, it } from "vitest";
import { heldUpBy } from "./held-up";

const waiting = (code: string) => ({ waiting_for: { code, until: null, params: {} } });

describe("what holds a rollback up", () => {
  it.each(["unknown_hosts", "person", "worker", "min_healthy", "instances_busy"])("is told: %s", (code) =>
    expect(heldUpBy(waiting(code))?.code).toBe(code),
  );

  it.each(["preparing", "instances", "bake"])("is nothing while it goes on by itself: %s", (code) =>
    expect(heldUpBy(waiting(code))).toBeNull(),
  );

  it("is nothing where it waits for nothing", () => expect(heldUpBy({ waiting_for: null })).toBeNull());
});
