import { dateOf } from "@/lib/api/server/dates";
import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(fleet.listChanges, async ({ query: { from, to, service, ...page } }) =>
    toWire(await core().queries.changes({ service, from: dateOf(from), to: dateOf(to) }, page)),
  ),
});
