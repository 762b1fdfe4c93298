import { releaseAnswer } from "@/lib/api/server/release-answer";
import { guarded, resource } from "@/lib/api/server/route";
import { core } from "@/lib/deploy/compose";

/** A release for a host that fetches it by itself, with a link that a worker has signed. */
export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: guarded("/packages/{sha256}", async (request, _, params) => {
    const { searchParams } = new URL(request.url);
    const link = {
      sha256: String(params.sha256),
      expires: searchParams.get("expires") ?? "",
      signature: searchParams.get("signature") ?? "",
    };
    return await releaseAnswer(request, await core().signedRelease(link));
  }),
});

/** Said here: the one that Next makes of GET would begin to read the bytes. */
export const HEAD = GET;
