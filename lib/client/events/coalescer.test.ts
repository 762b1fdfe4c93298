import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Coalescer, createCoalescer, REFRESH_EVERY_MS } from "./coalescer";

const KEY = ["service", "checkout", "detail"];
let client: QueryClient;
let coalescer: Coalescer;
let asked: number;
let answerMs: number;
let unsubscribe: () => void;

beforeEach(async () => {
  vi.useFakeTimers();
  asked = 0;
  answerMs = 10;
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } } });
  coalescer = createCoalescer(client);
  const observer = new QueryObserver(client, {
    queryKey: KEY,
    queryFn: async () => {
      asked += 1;
      const mine = asked;
      await new Promise((resolve) => setTimeout(resolve, answerMs));
      return mine;
    },
  });
  unsubscribe = observer.subscribe(() => undefined);
});
afterEach(() => {
  coalescer.stop();
  unsubscribe();
  client.clear();
  vi.useRealTimers();
});

const loaded = () => vi.advanceTimersByTimeAsync(answerMs);

describe("many events, few refreshes", () => {
  it("the first touch refreshes at once", async () => {
    await loaded();
    coalescer.touch(KEY);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(2);
  });

  it("touches that come together cost one refresh, those during it one more", async () => {
    await loaded();
    for (let i = 0; i < 50; i += 1) coalescer.touch(KEY);
    await vi.advanceTimersByTimeAsync(5);
    expect(asked).toBe(2);
    for (let i = 0; i < 50; i += 1) coalescer.touch(KEY);
    await vi.advanceTimersByTimeAsync(REFRESH_EVERY_MS);
    expect(asked).toBe(3);
    await vi.advanceTimersByTimeAsync(REFRESH_EVERY_MS * 10);
    expect(asked).toBe(3);
  });

  it("is at rest afterwards: a later touch refreshes at once again", async () => {
    await loaded();
    coalescer.touch(KEY);
    await vi.advanceTimersByTimeAsync(REFRESH_EVERY_MS * 2);
    coalescer.touch(KEY);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toBe(3);
  });

  it("never asks a slow server while it still answers, and spends at most a third of the time asking", async () => {
    await loaded();
    answerMs = 1000;
    coalescer.touch(KEY);
    const touching = setInterval(() => coalescer.touch(KEY), 20);
    await vi.advanceTimersByTimeAsync(2999);
    expect(asked).toBe(2);
    await vi.advanceTimersByTimeAsync(2);
    expect(asked).toBe(3);
    clearInterval(touching);
  });

  it("loads once more after a first load that was under way when the event came", async () => {
    coalescer.touch(KEY);
    await loaded();
    await vi.advanceTimersByTimeAsync(REFRESH_EVERY_MS + answerMs);
    expect(asked).toBe(2);
    expect(client.getQueryData(KEY)).toBe(2);
  });

  it("keys do not wait for each other", async () => {
    await loaded();
    coalescer.touch(KEY);
    coalescer.touch(["overview"]);
    const state = client.getQueryState(KEY);
    await vi.advanceTimersByTimeAsync(0);
    expect(state?.data).toBe(1);
    expect(asked).toBe(2);
  });
});
