import { rollouts } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(rollouts.listLog, async ({ params, query: { order, ...page } }) =>
    toWire(await core().queries.log(params.id, order, page)),
  ),
});
