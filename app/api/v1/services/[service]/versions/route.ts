import { services } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(services.listVersions, async ({ params, query }) => toWire(await core().queries.versions(params.service, query))),
});
