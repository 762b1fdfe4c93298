import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  DELETE: handle(fleet.retireHost, async ({ actor, params }) => {
    await core().retireHost(actor, params.host);
    return undefined;
  }),
});
