import type { EventWire } from "@/lib/api/contract";
import { core } from "@/lib/deploy/compose";
import type { EventFeed } from "@/lib/deploy/ports/event-feed";
import type { EventRow, ReadStore } from "@/lib/deploy/ports/reads";
import { log } from "@/lib/log";
import { metrics } from "./metrics";
import { invalid } from "./request-parts";
import { toWire } from "./wire";

/** Silence longer than this makes a page think that nobody is there. */
const ALIVE_MS = 15_000;
const PAGE = 500;
/** Events kept for a reader that does not read. Past this the stream ends, and the reader resumes where it was. */
const MOST_WAITING = 5_000;

export interface StreamFilter {
  readonly service?: string | undefined;
  readonly rolloutId?: string | undefined;
}

export interface StreamSource {
  readonly feed: EventFeed;
  readonly reads: Pick<ReadStore, "eventsAfter" | "topPosition">;
}

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/**
 * A stream of events. `Last-Event-ID`, or `after` where a header cannot be set, resumes after that position without a gap or a
 * repeat; without either it begins now. A position that the log has not reached (a restored backup) is answered with `reset`.
 * @throws SlipwayError `invalid_request` for a position that is no number.
 */
export async function openEventStream(request: Request, filter: StreamFilter, after: string | undefined): Promise<Response> {
  const cursor = cursorOf(request.headers.get("last-event-id") ?? after ?? null);
  const frames = await eventFrames(core(), filter, cursor, request.signal);
  const response = new Response(streamOf(frames), { headers: HEADERS });
  // A reader that left while it read nothing would never be noticed by the next pull; it may have left before this line.
  const end = () => void frames.return();
  if (request.signal.aborted) end();
  else request.signal.addEventListener("abort", end, { once: true });
  return response;
}

function cursorOf(text: string | null): bigint | null {
  if (text === null || text === "") return null;
  if (!/^[0-9]{1,18}$/.test(text)) throw invalid({ pointer: "/after", code: "invalid_cursor" });
  return BigInt(text);
}

/** The stream's text, frame by frame. Subscribes before it reads, so that nothing falls between the log and what comes live. */
export async function eventFrames(
  { feed, reads }: StreamSource,
  filter: StreamFilter,
  cursor: bigint | null,
  signal: AbortSignal,
): Promise<AsyncGenerator<string, void>> {
  const inbox = new Inbox();
  const leave = await feed.subscribe(inbox);
  signal.addEventListener("abort", () => inbox.onClose(), { once: true });
  if (signal.aborted) inbox.onClose();
  try {
    const top = await reads.topPosition();
    return frames(reads, filter, inbox, { cursor, top }, leave);
  } catch (error) {
    leave();
    throw error;
  }
}

async function* frames(
  reads: StreamSource["reads"],
  filter: StreamFilter,
  inbox: Inbox,
  { cursor, top }: { cursor: bigint | null; top: bigint },
  leave: () => void,
): AsyncGenerator<string, void> {
  const opened = metrics().openStreams;
  opened.inc();
  try {
    const ahead = cursor !== null && cursor > top;
    if (ahead) yield frame("reset", top, {});
    else yield frame("hello", cursor ?? top, {});
    let at = ahead ? top : (cursor ?? top);
    for (;;) {
      const page = cursor === null || ahead || inbox.closed ? [] : await reads.eventsAfter(at, filter, PAGE);
      for (const event of page) yield eventFrame(event);
      at = BigInt(page.at(-1)?.pos ?? at);
      if (page.length < PAGE) break;
    }
    while (!inbox.closed) {
      const next = await inbox.next(ALIVE_MS);
      if (inbox.closed) return;
      if (next === null) yield "event: alive\ndata: {}\n\n";
      else if ("top" in next) {
        at = next.top;
        yield frame("reset", at, {});
      } else if (BigInt(next.pos) > at) {
        at = BigInt(next.pos);
        if (passes(next, filter)) yield eventFrame(next);
      }
    }
  } finally {
    leave();
    opened.dec();
  }
}

function passes(event: EventRow, { service, rolloutId }: StreamFilter): boolean {
  return (service === undefined || event.service === service) && (rolloutId === undefined || event.rolloutId === rolloutId);
}

function eventFrame(event: EventRow): string {
  const wire: EventWire = toWire(event);
  return frame("slipway", BigInt(event.pos), wire);
}

function frame(name: string, pos: bigint, data: object): string {
  return `id: ${pos}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

type Item = EventRow | { readonly top: bigint };

/** What arrived and was not read yet; woken by whatever comes, or by nothing coming. */
class Inbox {
  #items: Item[] = [];
  #wake: (() => void) | null = null;
  closed = false;

  readonly onEvents = (events: readonly EventRow[]): void => {
    if (this.closed) return;
    this.#items.push(...events);
    if (this.#items.length > MOST_WAITING) this.onClose();
    this.#wake?.();
  };

  readonly onReset = (top: bigint): void => {
    this.#items = [{ top }];
    this.#wake?.();
  };

  readonly onClose = (): void => {
    this.closed = true;
    this.#items = [];
    this.#wake?.();
  };

  /** The next item; null when nothing came for that long, or the stream is closed. */
  async next(withinMs: number): Promise<Item | null> {
    if (this.#items.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    return this.closed ? null : (this.#items.shift() ?? null);
  }
}

/** Pulls as fast as the reader reads, and no faster. */
function streamOf(frames: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let left = false;
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await frames.next();
        if (left) return;
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        log().error({ err: error }, "an event stream broke");
        controller.error(error);
      }
    },
    async cancel() {
      left = true;
      await frames.return();
    },
  });
}
