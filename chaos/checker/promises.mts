/** Rules of what was answered and told: accepted is not lost, a way back is never refused, no reader misses an event. */
import type { Answer } from "../traffic/client.mjs";
import type { Asked } from "../traffic/wishes.mjs";
import type { Evidence } from "./evidence.mjs";
import type { Violation } from "./violation.mjs";

const accepted = ({ status }: Answer) => status < 300;

/** What may be answered to somebody who asks for a way back. */
const FAIR_REFUSALS: Readonly<Record<"rollback" | "take_back", readonly string[]>> = {
  rollback: ["id_reused"],
  take_back: ["id_reused", "no_rollback_target"],
};

export function checkAnswers({ asked, rollouts }: Evidence): readonly Violation[] {
  const known = new Set(rollouts.map((rollout) => rollout.id));
  return asked.flatMap((one) => [...lost(one, known), ...torn(one), ...refused(one)]);
}

function lost({ id, answers, clashing }: Asked, known: ReadonlySet<string>): readonly Violation[] {
  return [...answers, ...clashing]
    .filter((answer) => accepted(answer) && (answer.id === null || !known.has(answer.id)))
    .map((answer) => ({
      rule: "lost",
      subject: id,
      detail: `was answered ${answer.status} with ${answer.id ?? "no id"}, and there is none`,
    }));
}

/** The same request has one answer however often it is sent; of two requests under one id, one is taken. */
function torn({ id, answers, clashing }: Asked): readonly Violation[] {
  const wrong = (detail: string): Violation => ({ rule: "answered_wrongly", subject: id, detail });
  const ids = new Set(answers.filter(accepted).map((answer) => answer.id));
  const own = (each: Answer) => accepted(each) && each.id === id;
  if (ids.size > 1) return [wrong(`the same request was answered with ${[...ids].join(" and ")}`)];
  if (answers.some(own) && clashing.some(own)) return [wrong("two different requests were both taken under this id")];
  if (clashing.length === 0 && answers.some((answer) => answer.code === "id_reused"))
    return [wrong("the same request was refused as another one")];
  return [];
}

function refused({ id, kind, answers }: Asked): readonly Violation[] {
  if (kind !== "rollback" && kind !== "take_back") return [];
  return answers
    .filter((answer) => !accepted(answer) && !FAIR_REFUSALS[kind].includes(answer.code ?? ""))
    .map((answer) => ({
      rule: "answered_wrongly",
      subject: id,
      detail: `a way back was refused: ${answer.status} ${answer.code ?? ""} ${JSON.stringify(answer.body)}`,
    }));
}

/** Each reader has every event that it asked for, once, in order. */
export function checkStreams({ readings, events }: Evidence): readonly Violation[] {
  return readings.flatMap(({ name, service, from, positions, resets }) => {
    const wrong = (detail: string): Violation => ({ rule: "stream", subject: name, detail });
    if (resets > 0) return [wrong(`was told ${resets} times to begin anew`)];
    const expected = events
      .filter((event) => event.pos !== null && event.pos > from && (service === null || event.service === service))
      .map((event) => event.pos ?? 0)
      .sort((a, b) => a - b);
    const at = expected.findIndex((pos, index) => positions[index] !== pos);
    if (at < 0 && positions.length === expected.length) return [];
    const place = at < 0 ? expected.length : at;
    return [
      wrong(
        `has ${positions.length} of ${expected.length} events; at ${place} it has ${positions[place] ?? "none"} instead of ${expected[place] ?? "none"}`,
      ),
    ];
  });
}
