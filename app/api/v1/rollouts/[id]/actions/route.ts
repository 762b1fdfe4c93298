import { rollouts } from "@/lib/api/server/operations";
import { rolloutAnswer } from "@/lib/api/server/rollout-answer";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(rollouts.act, async ({ actor, params, body: { id: newId, ...action } }) => {
    const { id } = await core().act(actor, { ...params, ...action, newId });
    return rolloutAnswer(await core().queries.rollout(id));
  }),
});
