import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NetworkFailure, UnexpectedAnswer } from "../problem";
import { createQueryClient } from "../query-client";
import { Live } from "./live";
import { FakeSource } from "./testing";

let client: QueryClient;
let source: FakeSource;
let end: () => void;

beforeEach(() => {
  client = createQueryClient();
  source = new FakeSource();
  end = new Live(client, () => source).start();
  source.opens();
  source.says("hello", undefined, "7");
});
afterEach(() => {
  end();
  client.clear();
});

/** What a page shows: `failures` are thrown one after the other, then there is an answer. */
async function shown(name: string, ...failures: readonly Error[]) {
  let asked = 0;
  const observer = new QueryObserver(client, {
    queryKey: [name],
    retry: false,
    queryFn: () => {
      const failure = failures[asked];
      asked += 1;
      if (failure !== undefined) throw failure;
      return name;
    },
  });
  observer.subscribe(() => undefined);
  const answered = (times: number) =>
    vi.waitFor(() => expect([asked, observer.getCurrentResult().fetchStatus]).toEqual([times, "idle"]));
  await answered(1);
  return { answered, asked: () => asked, now: () => observer.getCurrentResult().data };
}

describe("what a page asked for while the server was away", () => {
  const gone = () => new NetworkFailure("unreachable");

  it("is asked for again when the stream resumes, and nothing else is", async () => {
    source.breaks();
    const unread = await shown("unread", gone());
    const read = await shown("read");
    const refused = await shown("refused", new UnexpectedAnswer(404, "/services/x", "not a problem document"));
    expect(unread.now()).toBeUndefined();

    source.opens();
    await unread.answered(2);
    expect(unread.now()).toBe("unread");
    expect([unread.asked(), read.asked(), refused.asked()]).toEqual([2, 1, 1]);
  });

  it("is asked for again at every sign of life until it is answered", async () => {
    const unread = await shown("unread", gone(), gone());
    source.says("alive");
    await unread.answered(2);
    expect(unread.now()).toBeUndefined();
    source.says("alive");
    await unread.answered(3);
    expect(unread.now()).toBe("unread");
  });
});
