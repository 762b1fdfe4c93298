import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  PUT: handle(fleet.updateHost, async ({ actor, params, body }) => {
    await core().drainHost(actor, params.host, body.state === "draining");
    return toWire(await core().queries.host(params.host));
  }),
  DELETE: handle(fleet.retireHost, async ({ actor, params }) => {
    await core().retireHost(actor, params.host);
    return undefined;
  }),
});
