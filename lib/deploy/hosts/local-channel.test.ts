import { expect, it } from "vitest";
import { HostUnreachable, type LocalHost } from "../ports";
import { LocalChannel } from "./local-channel";

const HOST: LocalHost = { name: "here", kind: "local", address: "127.0.0.1", root: "/" };
const SLEEP = { argv: ["sleep", "60"] } as const;

it("a caller that says why it gives up hears just that, before and while the program runs", async () => {
  const channel = new LocalChannel();
  const why = new HostUnreachable("here", "no answer within 700 ms");
  await expect(channel.run(HOST, SLEEP, { signal: AbortSignal.abort(why) })).rejects.toBe(why);
  const leaving = new AbortController();
  const running = channel.run(HOST, SLEEP, { signal: leaving.signal });
  leaving.abort(why);
  await expect(running).rejects.toBe(why);
});

it("a caller that only leaves hears that it gave up", async () => {
  const channel = new LocalChannel();
  await expect(channel.run(HOST, SLEEP, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "HostUnreachable" });
});
