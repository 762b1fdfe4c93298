import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RolloutKind } from "./statuses";
import { type Amount, resolveStrategy, type StrategyChoice } from "./strategy";
import { cutWaves, type Placed } from "./waves";

/** `a1 a2 b1!`: three instances on the hosts a and b, the last of which does not answer. `z:a1`: host a is in zone z. */
function placed(text: string): readonly Placed[] {
  return text.split(" ").map((word) => {
    const [zone, name = ""] = word.includes(":") ? word.split(":") : [null, word];
    const instance = name.replace(/[!?]/, "");
    return {
      instance,
      host: instance.slice(0, 1),
      zone: zone ?? null,
      answers: name.endsWith("!") ? false : name.endsWith("?") ? null : true,
    };
  });
}

function cut(kind: RolloutKind, text: string, choice: StrategyChoice): readonly string[] {
  const targets = placed(text);
  return cutWaves(kind, resolveStrategy(kind, targets.length, choice, {}), targets).map((wave) => wave.join(" "));
}

describe("a deployment's waves", () => {
  it.each<[string, StrategyChoice, readonly string[]]>([
    ["a1", {}, ["a1"]],
    ["a1 a2 a3 a4", {}, ["a1", "a2", "a3", "a4"]],
    ["a1 a2 a3 a4 a5 a6 a7 a8", {}, ["a1", "a2 a3", "a4 a5", "a6 a7", "a8"]],
    ["a1 a2 a3 a4", { canary: 0, waveSize: 3 }, ["a1 a2 a3", "a4"]],
    ["a1 a2 a3 a4", { preset: "all_at_once" }, ["a1 a2 a3 a4"]],
    ["a1 a2 a3", { canary: "50%", waveSize: "100%" }, ["a1 a2", "a3"]],
    ["a1 a2 a3", { canary: 9 }, ["a1 a2 a3"]],
  ])("%s %j", (text, choice, waves) => {
    expect(cut("deployment", text, choice)).toEqual(waves);
  });

  it("the canary is one that answers, if any does", () => {
    expect(cut("deployment", "a1! a2! a3 a4", {})[0]).toBe("a3");
    expect(cut("deployment", "a1! a2!", {})).toEqual(["a1", "a2"]);
  });

  it("of which nothing is known may be the canary: it is not seen to be down", () => {
    expect(cut("deployment", "a1! a2? a3!", {})[0]).toBe("a2");
  });

  it("those that do not answer are dealt among the waves: none is judged by them alone where there is a choice", () => {
    const waves = cut("deployment", "a1 a2 a3 a4 a5 a6 b1! b2! b3!", { canary: 1, waveSize: 4 });
    for (const wave of waves) expect(wave).toMatch(/a/);
  });

  it("without a canary none goes first: the dealing begins with the first one", () => {
    expect(cut("deployment", "a1 a2 b1! b2! b3! b4!", { canary: 0, waveSize: 3 })).toEqual(["b1 a1 b2", "b3 a2 b4"]);
    expect(cut("deployment", "a1 a2 b1! b2! b3! b4!", { canary: 1, waveSize: 3 })).toEqual(["a1", "b1 b2 a2", "b3 b4"]);
  });
});

describe("a rollback's waves", () => {
  it("those that do not answer first and together, then 5% of those that serve, then halves of them", () => {
    expect(cut("rollback", "a1 a2! a3 a4! a5 a6", {})).toEqual(["a2 a4", "a1", "a3 a5", "a6"]);
  });

  it("of which nothing is known counts as serving", () => {
    expect(cut("rollback", "a1? a2!", {})).toEqual(["a2", "a1"]);
  });

  it("all of them down: one wave", () => {
    expect(cut("rollback", "a1! a2! a3!", {})).toEqual(["a1 a2 a3"]);
  });
});

describe("spread", () => {
  it("goes round the hosts", () => {
    expect(cut("deployment", "a1 a2 b1 b2", { canary: 0, waveSize: 2 })).toEqual(["a1 b1", "a2 b2"]);
  });

  it("goes round the zones", () => {
    expect(cut("deployment", "x:a1 x:b1 y:c1 y:d1", { canary: 0, waveSize: 2 })).toEqual(["a1 c1", "b1 d1"]);
  });

  it("two of a host are not taken together where another one can go", () => {
    for (const wave of cut("rollback", "b1 a1 b2 a2 b3", {})) expect(wave).not.toMatch(/a1.*a2/);
  });

  it("can be switched off", () => {
    expect(cut("deployment", "a1 a2 b1 b2", { canary: 0, waveSize: 2, spread: false })).toEqual(["a1 a2", "b1 b2"]);
  });
});

const fleet = fc
  .array(fc.record({ host: fc.nat(3), answers: fc.constantFrom(true, true, true, false, null) }), { minLength: 1, maxLength: 16 })
  .map((all) =>
    all.map(({ host, answers }, at) => ({ instance: `i${at}`, host: `h${host}`, zone: host < 2 ? "x" : "y", answers })),
  );
const amount = fc.constantFrom<Amount>(1, 2, 3, "5%", "25%", "50%", "100%");

describe("of any fleet", () => {
  it("every instance is in exactly one wave, and no wave is empty or larger than its size", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<RolloutKind>("deployment", "rollback"),
        fleet,
        amount,
        amount,
        fc.boolean(),
        (kind, targets, canary, waveSize, spread) => {
          const waves = cutWaves(kind, resolveStrategy(kind, targets.length, { canary, waveSize, spread }, {}), targets);
          expect(waves.flat().sort()).toEqual(targets.map((target) => target.instance).sort());
          expect(waves.every((wave) => wave.length > 0)).toBe(true);
          expect(cutWaves(kind, resolveStrategy(kind, targets.length, { canary, waveSize, spread }, {}), targets)).toEqual(waves);
        },
      ),
    );
  });

  it("by its defaults no wave takes all of a host, or of a zone, that has two or more serving instances", () => {
    fc.assert(
      fc.property(fc.constantFrom<RolloutKind>("deployment", "rollback"), fleet, (kind, targets) => {
        const serving = targets.map((target) => ({ ...target, answers: true }));
        const waves = cutWaves(kind, resolveStrategy(kind, serving.length, {}, {}), serving);
        for (const place of ["host", "zone"] as const) {
          for (const name of new Set(serving.map((target) => target[place]))) {
            const there = serving.filter((target) => target[place] === name).map((target) => target.instance);
            if (there.length < 2) continue;
            for (const wave of waves)
              expect(
                there.every((instance) => wave.includes(instance)),
                `${name} is emptied by ${wave}`,
              ).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
