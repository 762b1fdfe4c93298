import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(services.getService, async ({ params }) => toWire(await core().queries.service(params.service))),
  PUT: handle(services.updateService, async ({ actor, params, body }) => {
    await core().updateService(actor, { ...params, ...body });
    return toWire(await core().queries.service(params.service));
  }),
  DELETE: handle(services.deleteService, async ({ actor, params }) => {
    await core().deleteService(actor, params.service);
    return undefined;
  }),
});
