/** The console's route for releases, where the hosts of a lab reach it. */
import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { releaseAnswer } from "../../lib/api/server/release-answer";
import type { Core } from "../../lib/deploy/compose";

/** Serves on an address of this machine; `undo` is told how to end it. Resolves with its base. */
export function serveReleases(core: Core, address: string, undo: (step: () => Promise<unknown>) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      answer(core, request.url ?? "/", request.headers.range)
        .then(async ({ status, headers, body }) => {
          response.writeHead(status, Object.fromEntries(headers));
          await pipeline(body === null ? Readable.from([]) : Readable.from(body), response);
        })
        .catch((error: unknown) => {
          console.error("releases:", error);
          response.destroy();
        });
    });
    undo(() => close(server));
    server.once("error", reject);
    server.listen(0, address, () => {
      const bound = server.address();
      if (bound === null || typeof bound !== "object") reject(new Error("no port"));
      else resolve(`http://${address}:${bound.port}`);
    });
  });
}

async function answer(core: Core, path: string, range: string | undefined): Promise<Response> {
  const url = new URL(path, "http://console");
  const part = (name: string) => url.searchParams.get(name) ?? "";
  const link = { sha256: url.pathname.slice("/packages/".length), expires: part("expires"), signature: part("signature") };
  const request = new Request(url, { headers: range === undefined ? {} : { range } });
  return await releaseAnswer(request, await core.signedRelease(link));
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
