import { z } from "zod";
import { openEventStream } from "@/lib/api/server/event-stream";
import { ofRollout } from "@/lib/api/server/operations/parts";
import { parsed, queryOf } from "@/lib/api/server/request-parts";
import { guarded, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

const query = z.strictObject({ after: z.string().optional() });

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: guarded("/rollouts/{id}/events", async (request, _, params) => {
    const { id } = parsed(ofRollout, params);
    const { after } = parsed(query, queryOf(request.url));
    await core().queries.log(id, "oldest", { limit: 1 });
    return await openEventStream(request, { rolloutId: id }, after);
  }),
});
