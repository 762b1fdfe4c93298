import { rollouts } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(rollouts.preview, async ({ actor, body }) => toWire(await core().preview(actor, body))),
});
