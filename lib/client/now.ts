export { useNow } from "@/components/ui/now";

/**
 * Milliseconds from now until a server time, not trusting the viewer's clock: `serverTime` is when the answer was written and
 * `receivedAt` the viewer's clock at its arrival (react-query's `dataUpdatedAt`). Never below 0.
 */
export function msUntil(until: string, serverTime: string, receivedAt: number, now: number): number {
  return Math.max(0, Date.parse(until) - Date.parse(serverTime) - (now - receivedAt));
}
