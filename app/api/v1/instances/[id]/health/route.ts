import { instances } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(instances.checkHealth, async ({ params, request }) =>
    toWire(await core().queries.health(params.id, request.signal)),
  ),
});
