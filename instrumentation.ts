/** Next calls this once in every server process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.NEXT_MANUAL_SIG_HANDLE !== "true") return;
  const { endOnSignal } = await import("./lib/api/server/shutdown");
  endOnSignal();
}
