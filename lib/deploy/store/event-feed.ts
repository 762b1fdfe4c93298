import { Client } from "pg";
import type { EventFeed, FeedListener } from "../ports/event-feed";
import { type Database, numberEvents } from "./database";
import { eventsAfter, topPosition } from "./reads/events";

const CHANNEL = "slipway_events";
const PAGE = 500;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;
/** Behind the notifications: numbers events whose writer died before it could, and notices what a lost connection did not tell. */
const POLL_MS = 2_000;

export interface FeedOptions {
  readonly db: Database;
  readonly url: string;
  /** Told what goes wrong; the feed itself goes on trying. */
  readonly onProblem: (error: unknown) => void;
}

/** One LISTEN connection a process, open while somebody listens. Every event is read once and given to all. */
export function createEventFeed(options: FeedOptions): EventFeed {
  return new ListeningFeed(options);
}

class ListeningFeed implements EventFeed {
  readonly #listeners = new Set<FeedListener>();
  #position: bigint | null = null;
  #client: Client | null = null;
  #poll: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempt = 0;
  #starting: Promise<void> | null = null;
  #reading: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(private readonly options: FeedOptions) {}

  async subscribe(listener: FeedListener): Promise<() => void> {
    if (this.#closed) throw new Error("the event feed is closed");
    this.#listeners.add(listener);
    try {
      this.#starting ??= this.#start();
      await this.#starting;
    } catch (error) {
      this.#starting = null;
      this.#leave(listener);
      throw error;
    }
    return () => this.#leave(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const listener of [...this.#listeners]) listener.onClose();
    this.#listeners.clear();
    await this.#stop();
  }

  async #start(): Promise<void> {
    this.#position = await topPosition(this.options.db);
    this.#poll = setInterval(() => void this.#number(), POLL_MS);
    this.#poll.unref();
    void this.#listen();
  }

  #leave(listener: FeedListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) void this.#stop();
  }

  async #stop(): Promise<void> {
    clearInterval(this.#poll);
    clearTimeout(this.#retry);
    this.#starting = null;
    this.#position = null;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(this.options.onProblem);
  }

  async #listen(): Promise<void> {
    const client = new Client({ connectionString: this.options.url, keepAlive: true, application_name: "slipway events" });
    this.#client = client;
    client.on("notification", () => this.#read());
    client.on("error", (error) => this.#lost(client, error));
    client.on("end", () => this.#lost(client, null));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#attempt = 0;
      this.#read();
    } catch (error) {
      this.#lost(client, error);
    }
  }

  #lost(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (error !== null) this.options.onProblem(error);
    client.end().catch(this.options.onProblem);
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#attempt, LONGEST_RETRY_MS);
    this.#attempt += 1;
    this.#retry = setTimeout(() => void this.#listen(), delay);
    this.#retry.unref();
  }

  async #number(): Promise<void> {
    try {
      await numberEvents(this.options.db);
      this.#read();
    } catch (error) {
      this.options.onProblem(error);
    }
  }

  /** One reader at a time; what is told meanwhile makes it read once more. */
  #read(): void {
    this.#again = true;
    this.#reading ??= this.#readAll()
      .catch(this.options.onProblem)
      .finally(() => {
        this.#reading = null;
      });
  }

  async #readAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const from = this.#position;
      if (from === null) return;
      const top = await topPosition(this.options.db);
      if (top < from) this.#setBack(top);
      else if (top > from) await this.#readFrom(from);
    }
  }

  async #readFrom(from: bigint): Promise<void> {
    const events = await eventsAfter(this.options.db, from, {}, PAGE);
    const last = events.at(-1);
    if (last === undefined || this.#position !== from) return;
    this.#position = BigInt(last.pos);
    for (const listener of this.#listeners) listener.onEvents(events);
    this.#again = true;
  }

  #setBack(top: bigint): void {
    this.#position = top;
    for (const listener of this.#listeners) listener.onReset(top);
  }
}
