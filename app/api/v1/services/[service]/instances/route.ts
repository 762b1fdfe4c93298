import { dateOf } from "@/lib/api/server/dates";
import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(services.listInstances, async ({ params, query: { limit, cursor, version, at, ...filter } }) => {
    const asked = { ...filter, versions: [version ?? []].flat(), at: dateOf(at) };
    return toWire(await core().queries.instances(params.service, asked, { limit, cursor }));
  }),
  POST: handle(services.register, async ({ actor, params, body }) => {
    const instances = body.instances.map(({ instanceId, ...rest }) => ({ id: instanceId, ...rest }));
    await core().registerInstances(actor, params.service, instances);
    const ids = instances.map((instance) => instance.id);
    return toWire(await core().queries.instances(params.service, { versions: [], ids }, { limit: ids.length }));
  }),
});
