import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeCore } from "@/lib/deploy/compose";
import { numberEvents } from "@/lib/deploy/store/database";
import { TestFleet } from "@/lib/deploy/testing/fleet";
import { eventFrames, openEventStream, type StreamFilter } from "./event-stream";
import { metrics } from "./metrics";

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await TestFleet.open();
  globalThis.slipwayCore = fleet.core;
  await fleet.host("h1");
  await fleet.service("web");
  await fleet.service("shop");
});
afterAll(async () => {
  globalThis.slipwayCore = undefined;
  await fleet.close();
});

interface Frame {
  readonly id: string;
  readonly name: string;
  readonly data: { readonly pos?: string; readonly service?: string | null; readonly params?: { readonly n?: number } };
}

/** Reads a stream of events until told to stop. */
class Reader {
  readonly frames: Frame[] = [];
  readonly #abort = new AbortController();
  readonly #done: Promise<void>;

  private constructor(stream: AsyncGenerator<string, void>) {
    this.#done = this.#read(stream);
  }

  static async open(cursor: string | null, filter: StreamFilter = {}): Promise<Reader> {
    const abort = new AbortController();
    const frames = await eventFrames(fleet.core, filter, cursor === null ? null : BigInt(cursor), abort.signal);
    const reader = new Reader(frames);
    reader.#abort.signal.addEventListener("abort", () => abort.abort());
    return reader;
  }

  async #read(stream: AsyncGenerator<string, void>): Promise<void> {
    for await (const text of stream) {
      const found = /^id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n$/.exec(text);
      if (found) this.frames.push({ id: found[1] ?? "", name: found[2] ?? "", data: JSON.parse(found[3] ?? "{}") });
    }
  }

  get numbers(): readonly (number | undefined)[] {
    return this.frames.filter((frame) => frame.name === "slipway").map((frame) => frame.data.params?.n);
  }

  get last(): string {
    return this.frames.at(-1)?.id ?? "";
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }
}

const told = (n: number, service = "web") =>
  fleet.core.db.event
    .create({ data: { code: "service_changed", service, params: { n } } })
    .then(() => numberEvents(fleet.core.db));

describe("a stream of events", () => {
  it("begins now, saying where that is, and tells what happens from then on", async () => {
    await told(1);
    const reader = await Reader.open(null);
    await told(2);
    await expect.poll(() => reader.numbers).toEqual([2]);
    expect(reader.frames[0]).toMatchObject({ name: "hello" });
    await reader.stop();
  });

  it("resumes after the last event that was seen", async () => {
    const first = await Reader.open(null);
    await told(10);
    await expect.poll(() => first.numbers).toEqual([10]);
    await first.stop();
    await told(11);
    await told(12);
    const second = await Reader.open(first.last);
    await told(13);
    await expect.poll(() => second.numbers).toEqual([11, 12, 13]);
    await second.stop();
  });

  it("resumes from its first word too, when nothing had happened before it was cut", async () => {
    const first = await Reader.open(null);
    await expect.poll(() => first.frames.length).toBe(1);
    await first.stop();
    await told(20);
    const second = await Reader.open(first.last);
    await expect.poll(() => second.numbers).toEqual([20]);
    await second.stop();
  });

  it("is narrowed to a service or a rollout", async () => {
    await fleet.rollout("ro-1", "web", "running");
    const start = (await fleet.core.reads.topPosition()).toString();
    const [web, rollout] = await Promise.all([Reader.open(start, { service: "web" }), Reader.open(start, { rolloutId: "ro-1" })]);
    await told(30, "shop");
    await told(31, "web");
    await fleet.core.db.event.create({
      data: { code: "preparing", service: "web", rolloutId: "ro-1", seq: 1, params: { n: 32 } },
    });
    await numberEvents(fleet.core.db);
    await expect.poll(() => web.numbers).toEqual([31, 32]);
    await expect.poll(() => rollout.numbers).toEqual([32]);
    await Promise.all([web.stop(), rollout.stop()]);
  });

  it("answers a position that the log never reached with a reset, and goes on from its end", async () => {
    const reader = await Reader.open("999999");
    await told(40);
    await expect.poll(() => reader.numbers).toEqual([40]);
    expect(reader.frames[0]).toMatchObject({ name: "reset" });
    await reader.stop();
  });

  it("refuses a position that is no number", async () => {
    const request = new Request("http://localhost/api/v1/events", { headers: { "last-event-id": "1; DROP TABLE events" } });
    await expect(openEventStream(request, {}, undefined)).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("ends when the console closes", async () => {
    const other = composeCore(fleet.core.config);
    const frames = await eventFrames(other, {}, null, new AbortController().signal);
    expect((await frames.next()).value).toMatch(/^id: \d+\nevent: hello/);
    const next = frames.next();
    await other.close();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  it.each([
    ["leaves", (abort: AbortController) => setImmediate(() => abort.abort())],
    ["has left before it began", (abort: AbortController) => abort.abort()],
  ])("leaves nothing behind when its reader %s without having read", async (_, leave) => {
    const open = async () => (await metrics().openStreams.get()).values[0]?.value ?? 0;
    await expect.poll(open).toBe(0);
    const abort = new AbortController();
    leave(abort);
    await openEventStream(new Request("http://localhost/", { signal: abort.signal }), {}, undefined);
    await expect.poll(() => abort.signal.aborted).toBe(true);
    await expect.poll(open).toBe(0);
  });

  it("is not buffered on its way", async () => {
    const abort = new AbortController();
    const response = await openEventStream(new Request("http://localhost/", { signal: abort.signal }), {}, undefined);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
    abort.abort();
    await response.body?.cancel();
  });
});

describe("while many write at once", () => {
  /** A writer with a connection of its own, whose transactions stay open for a while: ids are given in another order than commits. */
  async function write(from: number, count: number, delays: () => number): Promise<void> {
    const client = new Client({ connectionString: fleet.core.config.databaseUrl });
    await client.connect();
    try {
      for (let n = from; n < from + count; n += 1) {
        await client.query("BEGIN");
        await client.query("INSERT INTO events (code, service, params) VALUES ('service_changed', 'web', $1)", [{ n }]);
        await client.query("SELECT pg_sleep($1)", [delays() / 1000]);
        await client.query("COMMIT");
        await client.query("SELECT number_events()");
      }
    } finally {
      await client.end();
    }
  }

  it("every reader gets every event once and in one order, however often it was cut", { timeout: 60_000 }, async () => {
    const start = (await fleet.core.reads.topPosition()).toString();
    const expected = Array.from({ length: 120 }, (_, n) => 1000 + n);
    const writing = Promise.all([0, 1, 2, 3].map((writer) => write(1000 + writer * 30, 30, () => Math.random() * 12)));
    const steady = await Reader.open(start);
    const cutOften = readWithCuts(start, expected.length);
    await writing;
    await expect.poll(() => steady.numbers.length, { timeout: 20_000 }).toBe(expected.length);
    const resumed = await cutOften;
    expect([...steady.numbers].sort()).toEqual(expected);
    expect(resumed).toEqual(steady.numbers);
    await steady.stop();
  });

  async function readWithCuts(start: string, count: number): Promise<readonly (number | undefined)[]> {
    const all: (number | undefined)[] = [];
    let cursor = start;
    while (all.length < count) {
      const reader = await Reader.open(cursor);
      const wanted = Math.min(7, count - all.length);
      await expect.poll(() => reader.numbers.length, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(wanted);
      await reader.stop();
      all.push(...reader.numbers);
      cursor = reader.last;
    }
    return all;
  }
});

describe("when the connection that listens is cut", () => {
  it("nothing is lost", { timeout: 60_000 }, async () => {
    const reader = await Reader.open(null);
    await told(50);
    await expect.poll(() => reader.numbers).toEqual([50]);
    await fleet.core.db
      .$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slipway events'`;
    await told(51);
    await expect.poll(() => reader.numbers, { timeout: 20_000 }).toEqual([50, 51]);
    await reader.stop();
  });

  it("events whose writer died before it could number them are told all the same", { timeout: 60_000 }, async () => {
    const reader = await Reader.open(null);
    await fleet.core.db.event.create({ data: { code: "service_changed", service: "web", params: { n: 60 } } });
    await expect.poll(() => reader.numbers, { timeout: 20_000 }).toEqual([60]);
    await reader.stop();
  });
});
