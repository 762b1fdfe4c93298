import { z } from "zod";
import { rolloutId, serviceName } from "@/lib/api/contract";
import { openEventStream } from "@/lib/api/server/event-stream";
import { parsed, queryOf } from "@/lib/api/server/request-parts";
import { guarded, resource } from "@/lib/api/server/route";

const query = z.strictObject({ service: serviceName.optional(), rollout: rolloutId.optional(), after: z.string().optional() });

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: guarded("/events", async (request) => {
    const { service, rollout, after } = parsed(query, queryOf(request.url));
    return await openEventStream(request, { service, rolloutId: rollout }, after);
  }),
});
