/**
 * `npm run model`: the walk over the rollout machine, further than the tests go. Prints what it has seen, one line a fleet; ends with
 * exit code 1 and the way there when something happens that may never happen.
 */
import { fleetsOf } from "../lib/deploy/domain/testing/walk/fleets";
import { Walker } from "../lib/deploy/domain/testing/walk/walk";

const PLAN = [
  { fleets: fleetsOf(4), surprises: 1 },
  { fleets: fleetsOf(2), surprises: 2 },
] as const;

let states = 0;
let transitions = 0;
for (const { fleets, surprises } of PLAN) {
  for (const fleet of fleets) {
    const walk = new Walker(fleet).walk(surprises);
    states += walk.states;
    transitions += walk.transitions;
    console.log(`${fleet.name}; up to ${surprises} surprises: ${walk.states} states, ${walk.transitions} transitions`);
    if (walk.violation === null) continue;
    console.error([walk.violation.what, ...walk.violation.trace].join("\n  "));
    process.exit(1);
  }
}
console.log(`${states} states, ${transitions} transitions, no violation`);
