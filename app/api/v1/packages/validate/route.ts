import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { toWire } from "@/lib/api/server/wire";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(fleet.validatePackage, async ({ body }) => toWire(await core().packages.ask(body.packageUrl))),
});
