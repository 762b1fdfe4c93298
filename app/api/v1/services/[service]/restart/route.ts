import { services } from "@/lib/api/server/operations";
import { rolloutAnswer } from "@/lib/api/server/rollout-answer";
import { Answer, handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(services.restart, async ({ actor, params, body }) => {
    const { id } = await core().restart(actor, { ...params, ...body });
    const headers = { location: `/api/v1/deployments/${encodeURIComponent(id)}` };
    return new Answer(rolloutAnswer(await core().queries.rollout(id)), { headers });
  }),
});
