import { hostCheckAnswer } from "@/lib/api/server/host-check-answer";
import { fleet } from "@/lib/api/server/operations";
import { handle, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  POST: handle(fleet.checkKnownHost, async ({ request, params }) =>
    hostCheckAnswer(request, await core().queries.checkKnownHost(params.host)),
  ),
});
