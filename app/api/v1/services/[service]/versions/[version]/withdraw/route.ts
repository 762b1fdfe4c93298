import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(services.withdraw, async ({ actor, params, body }) => {
    await core().withdrawVersion(actor, params, body?.reason ?? null);
    return toWire(await core().queries.version(params.service, params.version));
  }),
});
