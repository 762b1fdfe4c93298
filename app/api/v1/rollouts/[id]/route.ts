import { rollouts } from "@/lib/api/server/operations";
import { rolloutAnswer } from "@/lib/api/server/rollout-answer";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(rollouts.getRollout, async ({ params }) => rolloutAnswer(await core().queries.rollout(params.id))),
});
