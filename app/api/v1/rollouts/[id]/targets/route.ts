import { rollouts } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(rollouts.listTargets, async ({ params, query: { status, ...page } }) =>
    toWire(await core().queries.targets(params.id, { statuses: [status ?? []].flat() }, page)),
  ),
});
