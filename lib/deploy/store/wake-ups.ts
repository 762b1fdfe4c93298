/** Tells a worker that there is something to do, as it happens. What is missed is found by the slow looks behind it. */
import { Client } from "pg";
import type { WakeUps } from "../ports/wake-ups";

const RECONNECT_MS = 1_000;

export function createWakeUps(url: string, onProblem: (error: unknown) => void): WakeUps {
  let client: Client | null = null;
  let stopped = false;
  let retry: NodeJS.Timeout | null = null;

  async function connect(onWake: (what: string) => void): Promise<void> {
    const next = new Client({ connectionString: url, keepAlive: true });
    const again = () => {
      if (client === next) client = null;
      if (!stopped && retry === null) {
        retry = setTimeout(() => {
          retry = null;
          connect(onWake).catch(onProblem);
        }, RECONNECT_MS);
      }
    };
    next.on("error", again);
    next.on("end", again);
    next.on("notification", (message) => onWake(message.payload ?? ""));
    try {
      await next.connect();
      await next.query("LISTEN slipway_wake");
      if (stopped) return await next.end();
      client = next;
      onWake("everything");
    } catch (error) {
      await next.end().catch(() => undefined);
      again();
      throw error;
    }
  }

  return {
    start: async (onWake) => {
      await connect(onWake).catch(onProblem);
    },
    stop: async () => {
      stopped = true;
      if (retry) clearTimeout(retry);
      await client?.end();
    },
  };
}
