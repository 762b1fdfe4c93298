import type { EventWire } from "@/lib/api/contract";
import type { Source } from "./connection";

let position = 100;

/** An event as the stream sends it, later than the one before. */
export function anEvent(given: Partial<EventWire> & Pick<EventWire, "code">): EventWire {
  position += 1;
  return {
    pos: String(position),
    seq: null,
    at: "2026-11-22T14:32:04.118Z",
    params: {},
    actor: null,
    rollout_id: null,
    service: null,
    instance_id: null,
    host: null,
    ...given,
  };
}

/** A browser's EventSource whose wire the test holds. */
export class FakeSource implements Source {
  readyState = 0;
  closed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<unknown>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<unknown>) => void): void {
    this.#listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
    this.readyState = 2;
  }
  says(type: string, data?: unknown, lastEventId = ""): void {
    this.#listeners.get(type)?.(new MessageEvent(type, { data, lastEventId }));
  }
  opens(): void {
    this.readyState = 1;
    this.says("open");
  }
  /** The wire was cut: the browser tries again by itself. */
  breaks(): void {
    this.readyState = 0;
    this.says("error");
  }
  /** The server answered with an error: the browser gives up. */
  isRefused(): void {
    this.readyState = 2;
    this.says("error");
  }
}
