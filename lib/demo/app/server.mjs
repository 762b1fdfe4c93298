// A small service to practise releases on: one folder, no dependencies, started with `node server.mjs`.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { behaviours } from "./behaviours.mjs";
import { log } from "./log.mjs";
import { answer } from "./routes.mjs";

const release = JSON.parse(readFileSync(new URL("./version.json", import.meta.url), "utf8"));
const { HOST: host, PORT: port, SLIPWAY_VERSION: announced } = process.env;

function fail(message) {
  log.error(message);
  process.exit(1);
}

log.info(`starting ${release.service} ${release.version} (node ${process.versions.node}, pid ${process.pid})`);
if (!host || !/^\d{1,5}$/.test(port ?? "")) fail("HOST and PORT must be set");
if (announced && announced !== release.version) log.warn(`SLIPWAY_VERSION is ${announced}, this release is ${release.version}`);

const behaviour = behaviours[release.behaviour];
if (behaviour === undefined) fail(`version.json: unknown behaviour ${JSON.stringify(release.behaviour)}`);
const life = behaviour({ release, log, fail });

const server = createServer((request, response) => answer(request, response, { release, life }));
server.on("error", (error) => fail(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`));
server.listen(Number(port), host, () => {
  log.info(`listening on http://${host}:${port}`);
  life.listening();
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    log.info(`${signal}: no new connections, finishing what is open`);
    server.close(() => {
      log.info("stopped");
      process.exit(0);
    });
    server.closeIdleConnections();
  });
}
