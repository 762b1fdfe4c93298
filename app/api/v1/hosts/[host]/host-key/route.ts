import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  PUT: handle(fleet.acceptHostKey, async ({ actor, params, body }) => {
    await core().acceptHostKey(actor, params.host, body.hostKey);
    return toWire(await core().queries.host(params.host));
  }),
});
