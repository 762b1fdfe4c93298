import { deployResult } from "@/lib/api/contract";
import { rollouts } from "@/lib/api/server/operations";
import { startedAnswer } from "@/lib/api/server/rollout-started";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(rollouts.deploy, async ({ request, actor, body }) => {
    const { id } = await core().startDeployment(actor, body);
    return await startedAnswer(request, id, "deployments", deployResult);
  }),
});
