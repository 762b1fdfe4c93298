import { closeCore } from "@/lib/deploy/compose";
import { log } from "@/lib/log";

/** Answers under way have this long to end after the event streams were closed. */
const DRAIN_MS = 1_000;

/** Ends the web process in order: event streams first (their readers resume elsewhere), then answers under way, then the database. */
export function endOnSignal(): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
    closeCore()
      .catch((error: unknown) => log().error({ err: error }, "the web process did not end cleanly"))
      .finally(() => setTimeout(() => process.exit(0), DRAIN_MS / 4));
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}
