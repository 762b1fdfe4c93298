import { expect, it } from "vitest";
import { runsOf, settingsOf } from "./settings-revision";

it("a revision that is older than a setting means what held before there was one", () => {
  const old = { start: ["./serve"], strategy: {} };
  const later = {
    delivery: { mode: "push", limitKbitS: null },
    runs: { kind: "process" },
    sudo: false,
    limits: { openFiles: null, memoryMb: null, cpuPercent: null },
  };
  expect(settingsOf(old)).toEqual({ ...old, ...later });
  const today = {
    delivery: { mode: "pull", limitKbitS: 800 },
    runs: { kind: "supervised" },
    sudo: true,
    limits: { openFiles: 4096, memoryMb: 256, cpuPercent: 50 },
  };
  expect(settingsOf({ ...old, ...today })).toEqual({ ...old, ...today });
});

it("the way of running alone is read alike", () => {
  expect(runsOf(null)).toEqual({ kind: "process" });
  expect(runsOf({ kind: "supervised" })).toEqual({ kind: "supervised" });
});
