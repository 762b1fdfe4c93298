import { openApi } from "@/lib/api/server/openapi";
import { guarded, resource } from "@/lib/api/server/route";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: guarded("/openapi.json", async () => Response.json(openApi(), { headers: { "cache-control": "no-store" } })),
});
