import { fleet } from "@/lib/api/server/operations";
import { rolloutAnswer } from "@/lib/api/server/rollout-answer";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(fleet.getOverview, async () => {
    const { live, ...overview } = await core().queries.overview();
    return { ...toWire(overview), live: live.map(rolloutAnswer) };
  }),
});
