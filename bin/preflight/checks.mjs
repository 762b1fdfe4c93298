// @ts-check
import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { Refusal } from "./refusal.mjs";

const OLDEST_NODE = [20, 20];

/** What local hosts are driven with, as `docs/hosts.md` has it; each line: one of these, and the Debian package that has it. */
const TOOLS = [
  { any: ["sh"], from: "dash" },
  { any: ["tar"], from: "tar" },
  { any: ["gzip"], from: "gzip" },
  { any: ["flock"], from: "util-linux" },
  { any: ["setsid"], from: "util-linux" },
  { any: ["awk"], from: "mawk" },
  { any: ["find"], from: "findutils" },
  { any: ["readlink"], from: "coreutils" },
  { any: ["sed"], from: "sed" },
  { any: ["df"], from: "coreutils" },
  { any: ["sha256sum", "openssl"], from: "coreutils" },
  { any: ["curl", "wget"], from: "curl" },
];

/** @param {string} version as in `process.versions.node` */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Refusal(`This is Node ${version}: Slipway needs ${OLDEST_NODE.join(".")} or newer.`);
}

/** @param {string} searchPath as in PATH */
export function checkTools(searchPath) {
  const missing = TOOLS.filter(({ any }) => !any.some((tool) => isOnPath(tool, searchPath)));
  if (missing.length === 0) return;
  const names = missing.map(({ any }) => any.join(" or ")).join(", ");
  const packages = [...new Set(missing.map(({ from }) => from))].join(" ");
  throw new Refusal(`Slipway's local hosts need ${names}, which this machine has not; on Debian: apt-get install ${packages}`);
}

/**
 * @param {string} tool
 * @param {string} searchPath
 */
export function isOnPath(tool, searchPath) {
  return searchPath.split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {string} folder */
export function checkFolder(folder) {
  const probe = path.join(folder, `.write-${process.pid}`);
  try {
    // Others may pass through: the database may run under an account of its own.
    makeFolder(folder);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new Refusal(`SLIPWAY_DATA is ${folder}, where nothing can be written${reason}.`);
  }
}

/**
 * Node's own recursive mkdir never returns where the system says ENOENT although the parent is there (under /proc, say).
 * @param {string} folder
 */
function makeFolder(folder) {
  const missing = [];
  for (let at = folder; !existsSync(at); at = path.dirname(at)) missing.unshift(at);
  for (const at of missing) mkdirSync(at, { mode: 0o711 });
}

/**
 * @param {string} host
 * @param {number} port
 */
export async function checkPort(host, port) {
  const server = createServer();
  const code = await new Promise((resolve) => {
    server.once("error", (error) => resolve("code" in error ? error.code : error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  if (code === "EADDRINUSE") {
    throw new Refusal(
      `Port ${port} on ${host} is in use, perhaps by another Slipway: stop that one, or choose another port with PORT.`,
    );
  }
  throw new Refusal(`Slipway cannot listen on ${host}:${port} (${code}): choose another port with PORT.`);
}
