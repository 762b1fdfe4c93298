import { describe, expect, it } from "vitest";
import { resolveStrategy } from "../../domain/strategy";
import { type PlanDraft, planToken } from "./plan";

const target = (instance: string, wave: number) => ({
  instance,
  host: `host-${instance}`,
  wave,
  from: { version: "2.0", revision: 1 },
  to: { version: "1.0", revision: 1 },
  answeredBefore: true,
  expect: null,
  answers: true,
  releaseOnHost: true,
  releaseSize: 1,
});

const PLAN: PlanDraft = {
  kind: "take_back",
  service: "shop",
  takesBack: "deploy-2",
  version: "1.0",
  strategy: resolveStrategy("rollback", 2, {}, {}),
  targets: [target("a", 1), target("b", 2)],
  waves: [["a"], ["b"]],
  leftAlone: [{ instanceId: "c", code: "nothing_to_go_back_to", params: {} }],
  cautions: [],
  replaces: [],
};
const token = planToken(PLAN);

describe("another plan", () => {
  it.each<[string, Partial<PlanDraft>]>([
    ["that takes back another rollout", { takesBack: "deploy-1" }],
    ["with another target", { targets: [target("a", 1)] }],
    ["to another version", { targets: [target("a", 1), { ...target("b", 2), to: { version: "0.9", revision: 1 } }] }],
    ["that leaves another instance alone", { leftAlone: [] }],
    ["in other waves", { waves: [["b"], ["a"]] }],
    ["all at once", { waves: [["a", "b"]] }],
    ["with another strategy", { strategy: { ...PLAN.strategy, minHealthy: "60%" } }],
  ])("%s has another token", (_, change) => {
    expect(planToken({ ...PLAN, ...change })).not.toBe(token);
  });
});

describe("the same plan", () => {
  it.each<[string, Partial<PlanDraft>]>([
    ["begun after a grace", { strategy: { ...PLAN.strategy, graceSeconds: 5 } }],
    ["with its instances in another order", { targets: [target("b", 2), target("a", 1)] }],
    ["with something else to look at", { cautions: [{ code: "someone_acted", params: {} }] }],
  ])("%s has the same token", (_, change) => {
    expect(planToken({ ...PLAN, ...change })).toBe(token);
  });
});
