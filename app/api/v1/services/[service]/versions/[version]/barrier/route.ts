import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  PUT: handle(services.setBarrier, async ({ actor, params, body }) => {
    await core().setBarrier(actor, params, body.barrier);
    return toWire(await core().queries.version(params.service, params.version));
  }),
});
