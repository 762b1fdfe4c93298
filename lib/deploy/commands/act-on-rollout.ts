import { act } from "../domain/actions";
import { type FieldError, SlipwayError } from "../domain/errors";
import { hasEnded } from "../domain/statuses";
import type { RolloutCommand } from "./deps";
import type { ActionRequest } from "./requests";
import { retryEnded } from "./retry-ended";

/** Throws `invalid_transition` where the action is not allowed now. A `retry` of an ended rollout is a new one, with its own id. */
export const actOnRollout: RolloutCommand<ActionRequest, { readonly id: string }> = async (deps, actor, request) => {
  const rollout = await deps.store.reads.rollout(request.id);
  if (!rollout) throw new SlipwayError("rollout_not_found", { id: request.id });
  if (request.action === "promote" && request.wave === undefined) throw missing("/wave");
  if (request.action === "retry" && hasEnded(rollout.status)) {
    if (request.newId === undefined) throw missing("/id");
    return retryEnded(deps, actor, request.id, request.newId);
  }
  await deps.store.actOn(actor, request.id, request.expectedSeq ?? null, (facts) =>
    act(facts.rollout, facts.targets, request.action, actor.name, {
      now: facts.now,
      serviceHeld: facts.serviceHeld,
      wave: request.wave ?? null,
      pending: facts.pending,
    }),
  );
  return { id: request.id };
};

function missing(pointer: string): SlipwayError {
  const field: FieldError = { pointer, code: "required" };
  return new SlipwayError("invalid_request", { fields: [pointer] }, { fields: [field] });
}
