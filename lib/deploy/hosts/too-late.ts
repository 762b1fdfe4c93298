import { HostUnreachable } from "../ports";

/** The bound of a call is past. What the host did is unknown. */
export function tooLate(host: string, timeoutMs: number): HostUnreachable {
  return new HostUnreachable(host, `no answer within ${timeoutMs} ms`, {
    trouble: { code: "too_late", params: { host, seconds: timeoutMs / 1_000 } },
  });
}

/** What a caller that has bounds of its own says of them; null = it only left. */
export function whyOf(signal: AbortSignal | undefined): HostUnreachable | null {
  return signal?.reason instanceof HostUnreachable ? signal.reason : null;
}
