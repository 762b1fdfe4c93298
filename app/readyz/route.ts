import { readiness } from "@/lib/api/server/readiness";

export const dynamic = "force-dynamic";

/** 503 until the database answers and has every migration of this build. */
export async function GET(): Promise<Response> {
  const { ready, ...body } = await readiness();
  return Response.json({ ready, ...body }, { status: ready ? 200 : 503, headers: { "cache-control": "no-store" } });
}
