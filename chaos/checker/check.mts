import { checkEnds, checkRecords } from "./at-rest.mjs";
import type { Evidence } from "./evidence.mjs";
import { checkJournals, checkNothingComesBack, checkNothingRewritten } from "./history.mjs";
import { checkAnswers, checkStreams } from "./promises.mjs";
import { checkReplay } from "./replay.mjs";
import type { Violation } from "./violation.mjs";

/** Everything that is wrong in a world at rest. It shares no rule with the engine: what the engine believes is not asked. */
export function check(evidence: Evidence): readonly Violation[] {
  return [
    checkEnds,
    checkRecords,
    checkJournals,
    checkNothingComesBack,
    checkNothingRewritten,
    checkReplay,
    checkAnswers,
    checkStreams,
  ].flatMap((rule) => rule(evidence));
}
