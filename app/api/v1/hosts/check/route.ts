import { hostCheckAnswer } from "@/lib/api/server/host-check-answer";
import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(fleet.checkHost, async ({ request, body }) => hostCheckAnswer(request, await core().queries.checkHost(body))),
});
