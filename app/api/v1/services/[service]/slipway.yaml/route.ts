import { applyDefinition, definitionFile } from "@/lib/api/server/definition/apply";
import { definitions } from "@/lib/api/server/operations";
import { invalid } from "@/lib/api/server/request-parts";
import { handle, resource } from "@/lib/api/server/route";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: handle(definitions.exportDefinition, ({ params }) => definitionFile(params.service)),
  PUT: handle(definitions.importDefinition, async ({ actor, params, query, body }) => {
    if (body.name !== params.service)
      throw invalid({ pointer: "/name", code: "other_service", params: { service: params.service } });
    return await applyDefinition(actor, { definition: body, query });
  }),
});
