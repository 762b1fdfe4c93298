import { instances } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(instances.getInstance, async ({ params }) => toWire(await core().queries.instance(params.id))),
  DELETE: handle(instances.retireInstance, async ({ actor, params }) => {
    await core().retireInstance(actor, params.id);
    return undefined;
  }),
});
