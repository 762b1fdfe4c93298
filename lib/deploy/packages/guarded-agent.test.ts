import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedAgent, type Resolve } from "./guarded-agent";
import { networkFailure } from "./network-failure";
import { type LoopbackServer, serve } from "./testing/loopback-server";

const rules = { allowPrivate: false, allowLoopback: true };
let server: LoopbackServer;
beforeAll(async () => {
  server = await serve((_request, response) => void response.end("reached"));
});
afterAll(() => server.close());

/** A resolver that gives the n-th question the n-th answer. */
function answering(...answers: readonly (readonly string[])[]): Resolve & { asked: () => number } {
  let asked = 0;
  const resolve: Resolve = (_hostname, done) => {
    const addresses = answers[asked++] ?? [];
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { asked: () => asked });
}

async function reach(resolve: Resolve): Promise<string> {
  const dispatcher = guardedAgent(rules, 5000, resolve);
  const url = new URL(`http://packages.example:${server.port}/`);
  try {
    const { body } = await request(url, { dispatcher });
    return await body.text();
  } catch (error) {
    throw networkFailure(error, url);
  } finally {
    await dispatcher.destroy();
  }
}

describe("a connection to a name", () => {
  it("goes to the very address that was judged: the name is resolved once", async () => {
    const resolve = answering(["127.0.0.1"], ["169.254.169.254"]);
    expect(await reach(resolve)).toBe("reached");
    expect(resolve.asked()).toBe(1);
  });

  it.each([
    ["metadata", ["169.254.169.254"]],
    ["one bad address among good ones", ["127.0.0.1", "10.0.0.1"]],
    ["a mapped one", ["::ffff:169.254.169.254"]],
  ])("is refused for %s", async (_what, addresses) => {
    await expect(reach(answering(addresses))).rejects.toThrow(
      expect.objectContaining({ params: expect.objectContaining({ why: "address_refused", address: addresses.at(-1) }) }),
    );
    expect(server.requests.filter(({ url }) => url !== "/")).toEqual([]);
  });

  it("fails for a name without addresses", async () => {
    await expect(reach(answering([]))).rejects.toThrow(
      expect.objectContaining({ params: expect.objectContaining({ why: "name_not_found" }) }),
    );
  });
});
