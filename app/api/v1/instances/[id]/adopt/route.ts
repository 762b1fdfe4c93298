import { instances } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(instances.adopt, async ({ actor, params }) => {
    await core().adopt(actor, params.id);
    return toWire(await core().queries.instance(params.id));
  }),
});
