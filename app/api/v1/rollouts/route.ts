import { dateOf } from "@/lib/api/server/dates";
import { rollouts } from "@/lib/api/server/operations";
import { rolloutAnswer } from "@/lib/api/server/rollout-answer";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(rollouts.listRollouts, async ({ query: { limit, cursor, from, to, ...filter } }) => {
    const found = await core().queries.rollouts({ ...filter, from: dateOf(from), to: dateOf(to) }, { limit, cursor });
    return { items: found.items.map(rolloutAnswer), next_cursor: found.nextCursor };
  }),
});
