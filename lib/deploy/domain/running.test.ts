import { expect, it } from "vitest";
import { NO_LIMITS, type Running, restartsItself } from "./running";

it.each<[Running["kind"], boolean]>([
  ["process", false],
  ["supervised", true],
  ["systemd", true],
  ["commands", true],
])("what runs as %s is started again by its host: %s", (kind, expected) => {
  const runs: Running =
    kind === "commands"
      ? { kind, stop: ["stop"], status: ["status"] }
      : kind === "systemd"
        ? { kind, hardened: true, writable: [] }
        : { kind };
  expect(restartsItself(runs)).toBe(expected);
});

it("nothing is limited unless somebody says so", () =>
  expect(NO_LIMITS).toEqual({ openFiles: null, memoryMb: null, cpuPercent: null }));
