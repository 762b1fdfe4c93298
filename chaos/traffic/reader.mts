/** A reader of the event stream that is cut off at random and resumes where it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Random } from "../plan/random.mjs";
import type { RunLog } from "../world/log.mjs";

const told = z.object({ pos: z.string(), rollout_id: z.string().nullable(), seq: z.number().nullable() });

export interface Reading {
  readonly name: string;
  readonly service: string | null;
  /** Position after which it began to read. */
  readonly from: number;
  /** Positions in the order in which they came. */
  readonly positions: readonly number[];
  /** Times that the server told it to begin anew. */
  readonly resets: number;
  readonly connections: number;
}

export class EventReader {
  readonly #stopping = new AbortController();
  readonly #positions: number[] = [];
  #connection = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #lastId = "0";
  #resets = 0;
  #connections = 0;

  constructor(
    private readonly options: {
      readonly name: string;
      readonly urls: readonly string[];
      readonly service: string | null;
      readonly random: Random;
      readonly log: RunLog;
    },
  ) {}

  start(): void {
    this.#running = this.#read();
  }

  get reading(): Reading {
    const { name, service } = this.options;
    return {
      name,
      service,
      from: 0,
      positions: [...this.#positions],
      resets: this.#resets,
      connections: this.#connections,
    };
  }

  /** Ends the present connection; the next one begins where this one got to. */
  cut(): void {
    this.#connection.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connection.abort();
    await this.#running;
  }

  async #read(): Promise<void> {
    const { urls, random, log, name } = this.options;
    while (!this.#stopping.signal.aborted) {
      this.#connection = new AbortController();
      const patience = setTimeout(() => this.cut(), random.whole(300, 12_000));
      try {
        await this.#follow(random.pick(urls), this.#connection.signal);
      } catch (error) {
        if (!this.#connection.signal.aborted) log.write("reader", { name, lost: String(error), at: this.#lastId });
      }
      clearTimeout(patience);
      await sleep(random.whole(0, 400));
    }
  }

  async #follow(url: string, signal: AbortSignal): Promise<void> {
    const { service } = this.options;
    const response = await fetch(`${url}/api/v1/events${service === null ? "" : `?service=${service}`}`, {
      headers: { "last-event-id": this.#lastId },
      signal,
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return;
    }
    this.#connections += 1;
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #take(frame: string): void {
    const fields = new Map(
      frame.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]),
    );
    const name = fields.get("event");
    if (name === "reset") this.#resets += 1;
    if (name === "slipway") this.#positions.push(Number(told.parse(JSON.parse(fields.get("data") ?? "")).pos));
    this.#lastId = fields.get("id") ?? this.#lastId;
  }
}
