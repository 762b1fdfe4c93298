import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(services.hold, async ({ actor, params, body }) => {
    await core().holdService(actor, params.service, body?.reason ?? null);
    return toWire(await core().queries.service(params.service));
  }),
  DELETE: handle(services.release, async ({ actor, params }) => {
    await core().releaseService(actor, params.service);
    return toWire(await core().queries.service(params.service));
  }),
});
