import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(services.listServices, async ({ query }) => toWire(await core().queries.services(query))),
  POST: handle(services.createService, async ({ actor, body }) => {
    await core().createService(actor, body);
    return toWire(await core().queries.service(body.name));
  }),
});
