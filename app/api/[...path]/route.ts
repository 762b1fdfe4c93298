import { guarded, resource } from "@/lib/api/server/route";
import { SlipwayError } from "@/lib/deploy/domain/errors";

const nowhere = guarded("/", async () => {
  throw new SlipwayError("not_found");
});

export const { GET, POST, PUT, PATCH, DELETE } = resource({
  GET: nowhere,
  POST: nowhere,
  PUT: nowhere,
  PATCH: nowhere,
  DELETE: nowhere,
});
