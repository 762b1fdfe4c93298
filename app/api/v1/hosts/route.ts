import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(fleet.listHosts, async ({ query }) => toWire(await core().queries.hosts(query))),
  POST: handle(fleet.addHost, async ({ actor, body }) => {
    await core().addHost(actor, body);
    return toWire(await core().queries.host(body.name));
  }),
});
