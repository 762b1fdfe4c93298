import { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { InstanceReport, Transport } from "../ports";
import { runStep, type StepRunnerPorts } from "./step-runner";

const REPORT: InstanceReport = {
  instance: "shop-1",
  generation: 2,
  current: { sha256: "a".repeat(64), version: "1.0", revision: 1 },
  verified: null,
  process: { pid: 12, startedAt: new Date(0) },
  answers: null,
  restarts: 0,
  openTx: null,
  journal: [],
  releases: [],
};
const unasked = () => Promise.reject(new Error("not asked"));

/** The outcome of a fence whose host answers these, one after the other, and how it was asked. */
async function fenceOver(fenced: InstanceReport, ...inspected: readonly InstanceReport[]) {
  const asked: unknown[] = [];
  const left = [...inspected];
  const inspect: Transport["inspect"] = async (_host, _instances, { check } = {}) => {
    asked.push({ check });
    return left.splice(0, 1);
  };
  const ports: StepRunnerPorts = {
    transport: { stage: unasked, activate: unasked, stop: unasked, fence: async () => fenced, inspect },
    packages: { ask: unasked, fetch: unasked, find: unasked, sizeOf: unasked, open: async () => Readable.from([]) },
    links: { reachableFrom: () => "reachable", linkTo: unasked, isValid: unasked },
    store: { settings: unasked, bindVersion: unasked },
    clock: { now: () => new Date(0), monotonicMs: () => 0, sleep: async () => undefined },
  };
  const outcome = await runStep(
    ports,
    {
      id: 1n,
      leaseNo: 1n,
      rolloutId: "back",
      rolloutKind: "rollback",
      service: "shop",
      instance: "shop-1",
      attempt: 1,
      generation: 2,
      kind: "fence",
      tx: "back:1",
      input: { goal: { version: "1.0", revision: 1 }, mode: "rollback", force: false, inFlightTx: null, again: false },
      host: { name: "one", kind: "local", address: "127.0.0.1", root: "/srv" },
      port: 80,
      release: null,
      packageUrl: null,
      packageSha256: null,
    },
    { signal: new AbortController().signal, onVerifying: () => undefined },
  );
  return { outcome, asked };
}

it("a fence that found nothing under way and tells whether the instance answers needs no second look", async () => {
  expect(await fenceOver({ ...REPORT, answers: false })).toMatchObject({
    outcome: { kind: "fenced", seen: { processAlive: true, answers: false } },
    asked: [],
  });
});

it("a fence during which a change ended, so that nobody asked the instance, is followed by a look that asks it", async () => {
  expect(await fenceOver(REPORT, { ...REPORT, answers: true })).toMatchObject({
    outcome: { kind: "fenced", seen: { processAlive: true, answers: true } },
    asked: [{ check: true }],
  });
});

it("a fence that found a change under way is followed by looks until that has ended", async () => {
  const open = { ...REPORT, openTx: "there:1" };
  expect(await fenceOver(open, open, { ...REPORT, answers: true })).toMatchObject({
    outcome: { kind: "fenced", seen: { answers: true } },
    asked: [{ check: true }, { check: true }],
  });
});
