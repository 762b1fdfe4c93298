import { SlipwayError } from "../domain/errors";
import type { RolloutCommand } from "./deps";

/**
 * Takes what runs on an instance, by the last inspection, into its history: the answer to drift that a person has decided on. Throws
 * `instance_not_found`, `instance_busy` while a rollout holds it, `version_not_found` when what runs is no version of the catalogue.
 */
export const adoptInstance: RolloutCommand<string, void> = async ({ store }, actor, instance) => {
  const refusal = await store.adopt(actor, instance);
  if (refusal !== null) throw new SlipwayError(refusal, { instance });
};
