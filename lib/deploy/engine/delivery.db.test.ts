import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET } from "@/app/packages/[sha256]/route";
import type { DeliverySettings } from "../domain/delivery";
import { Deeds } from "./testing/deeds";
import { Fleet } from "./testing/fleet";

const EACH = 2;

/** The console's own route for releases, as hosts reach it. */
class Front {
  /** Status of every answer. */
  readonly answered: number[] = [];
  broken = false;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static open(): Promise<Front> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.listen(0, "127.0.0.1", () => {
        const bound = server.address();
        if (bound === null || typeof bound !== "object") return reject(new Error("no port"));
        const front = new Front(server, `http://127.0.0.1:${bound.port}`);
        server.on("request", (request, response) => {
          const url = new URL(request.url ?? "/", front.url);
          const params = Promise.resolve({ sha256: url.pathname.slice("/packages/".length) });
          if (front.broken) url.searchParams.set("signature", "broken");
          GET(new Request(url, { headers: { host: url.host, range: request.headers.range ?? "" } }), { params }).then(
            (answer) => {
              front.answered.push(answer.status);
              response.writeHead(answer.status, Object.fromEntries(answer.headers));
              if (answer.body === null) response.end();
              else Readable.from(answer.body).pipe(response);
            },
            reject,
          );
        });
        return resolve(front);
      });
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

let front: Front;
beforeAll(async () => {
  front = await Front.open();
});
afterAll(() => front.close());

async function onFleet(delivery: DeliverySettings, test: (deeds: Deeds, fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await Fleet.open({ each: EACH, settings: { delivery }, url: front.url });
  globalThis.slipwayCore = fleet.core;
  front.answered.length = 0;
  front.broken = false;
  try {
    await fleet.worker();
    await test(new Deeds(fleet), fleet);
    expect(fleet.problems).toEqual([]);
  } finally {
    globalThis.slipwayCore = undefined;
    await fleet.close();
  }
}

describe("the delivery of a service's packages", () => {
  it("has each host fetch it from the console, once for all its instances; what it cannot fetch is sent, and told", async () => {
    await onFleet({ mode: "pull", limitKbitS: null }, async (deeds, fleet) => {
      await fleet.publish("1.0");
      const good = await deeds.deploy("1.0");
      await deeds.ended(good, "succeeded");
      expect(front.answered).toEqual([200]);
      expect(await deeds.codes(good)).not.toContain("package_sent_instead");

      await fleet.publish("2.0");
      await deeds.ended(await deeds.deploy("2.0"), "succeeded");
      const [host] = fleet.hosts;
      if (host) expect((await fleet.transport.prune(host, [])).removed).toHaveLength(1);

      // A way back needs the host, and nobody's link.
      front.broken = true;
      const back = await deeds.rollBackTo("1.0");
      await deeds.ended(back, "succeeded");
      expect(front.answered).toEqual([200, 200, 403]);
      const told = (await deeds.events(back)).filter(({ code }) => code === "package_sent_instead");
      expect(told.map(({ params }) => params)).toEqual([
        { host: "host-1", why: "fetch_failed", detail: expect.stringContaining(" ended with ") },
      ]);
    });
  });

  it("has each host fetch it from where it came from", async () => {
    await onFleet({ mode: "origin", limitKbitS: 100_000 }, async (deeds, fleet) => {
      await fleet.publish("1.0");
      await deeds.ended(await deeds.deploy("1.0"), "succeeded");
      // The console's question, its own copy, and the host's.
      expect(fleet.shelf.asked.filter((line) => line === "GET /shop-1.0.tar.gz")).toHaveLength(3);
      expect(front.answered).toEqual([]);
    });
  });
});
