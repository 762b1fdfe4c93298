import type { EventWire } from "@/lib/api/contract";
import { isEvent } from "./event";

/** `reconnecting`: lost, and being asked for again. `offline`: it has been lost for long, or the machine has no network. */
export type LiveState = "connecting" | "live" | "reconnecting" | "offline";

/** The part of the browser's EventSource that is used; a test gives its own. */
export interface Source {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<unknown>) => void): void;
  close(): void;
}

export interface ConnectionOptions {
  /** Opens a source that begins after the position, or now where it is null. */
  readonly open: (after: string | null) => Source;
  readonly onEvent: (event: EventWire) => void;
  /** Events may have been missed: whatever was loaded before now must be loaded again. */
  readonly onGap: () => void;
  /** Nothing has happened for a while, and the server is there: what only asking finds out may be asked. */
  readonly onAlive: () => void;
  readonly onState: (state: LiveState) => void;
  /** 0 ≤ x < 1, for the jitter of reconnecting. */
  readonly random?: () => number;
}

/** The server says something every 15 s; longer silence than this means that nobody is there. */
export const SILENCE_MS = 25_000;
/** Lost for longer than this reads "offline". */
export const OFFLINE_AFTER_MS = 15_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
const CLOSED = 2;

/** Milliseconds before the next attempt: doubling, at most 15 s, half of it by chance so that browsers do not return in step. */
export function retryDelay(attempt: number, random: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS);
  return Math.round(longest / 2 + (longest / 2) * random);
}

/**
 * One stream of events that heals itself. The browser reconnects a cut source by itself and resumes after the last event
 * it had (`Last-Event-ID`); a source that the server refused, or that fell silent, is replaced by a new one that begins
 * there. The first opening reports a gap: what was loaded before it may be older than it.
 */
export class Connection {
  #source: Source | null = null;
  /** The last position that the server named: from there a stream can go on without a gap. */
  #position: string | null = null;
  #resumes = false;
  #attempt = 0;
  #lostAt: number | null = null;
  #timers = new Map<"silence" | "retry" | "offline", ReturnType<typeof setTimeout>>();

  constructor(private readonly options: ConnectionOptions) {}

  /** Opens, or opens anew without waiting for the next attempt. */
  start(): void {
    this.#drop();
    const source = this.options.open(this.#position);
    this.#source = source;
    this.#resumes = this.#position !== null;
    this.#listen();
    const here = (act: (event: MessageEvent<unknown>) => void) => (event: MessageEvent<unknown>) => {
      if (this.#source !== source) return;
      if (event.lastEventId) this.#position = event.lastEventId;
      act(event);
    };
    source.addEventListener("open", here(this.#opened));
    source.addEventListener("error", here(this.#lost));
    source.addEventListener("hello", here(this.#listen));
    source.addEventListener("alive", here(this.#alive));
    source.addEventListener("reset", here(this.#reset));
    source.addEventListener("slipway", here(this.#received));
  }

  stop(): void {
    this.#drop();
    this.#clear("offline");
    this.#lostAt = null;
    this.#attempt = 0;
  }

  readonly #opened = (): void => {
    this.#listen();
    this.#attempt = 0;
    this.#lostAt = null;
    this.#clear("offline");
    if (!this.#resumes) this.options.onGap();
    this.#resumes = true;
    this.options.onState("live");
  };

  readonly #alive = (): void => {
    this.#listen();
    this.options.onAlive();
  };

  readonly #reset = (): void => {
    this.#listen();
    this.options.onGap();
  };

  readonly #received = (message: MessageEvent<unknown>): void => {
    this.#listen();
    const said = parseJson(message.data);
    // A newer server may say what this page does not know: what it changed is loaded again instead.
    if (isEvent(said)) this.options.onEvent(said);
    else this.options.onGap();
  };

  readonly #lost = (): void => {
    this.#away();
    if (this.#source?.readyState === CLOSED) this.#retry();
  };

  readonly #listen = (): void => {
    this.#set("silence", SILENCE_MS, () => {
      this.#away();
      this.#retry();
    });
  };

  #retry(): void {
    this.#drop();
    this.#set("retry", retryDelay(this.#attempt, (this.options.random ?? Math.random)()), () => this.start());
    this.#attempt += 1;
  }

  #away(): void {
    if (this.#lostAt !== null) return;
    this.#lostAt = Date.now();
    this.options.onState("reconnecting");
    this.#set("offline", OFFLINE_AFTER_MS, () => this.options.onState("offline"));
  }

  #drop(): void {
    this.#clear("silence");
    this.#clear("retry");
    this.#source?.close();
    this.#source = null;
  }

  #set(name: "silence" | "retry" | "offline", ms: number, act: () => void): void {
    this.#clear(name);
    this.#timers.set(name, setTimeout(act, ms));
  }

  #clear(name: "silence" | "retry" | "offline"): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

function parseJson(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
