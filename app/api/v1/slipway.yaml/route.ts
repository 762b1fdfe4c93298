import { applyDefinition } from "@/lib/api/server/definition/apply";
import { definitions } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  PUT: handle(definitions.applyDefinition, ({ actor, query, body }) => applyDefinition(actor, { definition: body, query })),
});
