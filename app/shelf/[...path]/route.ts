import path from "node:path";
import { shelfHandler } from "@/lib/demo/shelf";
import { core } from "@/lib/deploy/compose";

/** The demo's packages, over HTTP as any package server gives them. */
export async function GET(request: Request): Promise<Response> {
  return await shelfHandler(path.join(core().config.dataFolder, "shelf"))(request);
}

export const HEAD = GET;
