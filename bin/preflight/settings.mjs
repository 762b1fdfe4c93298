// @ts-check
import { isIP } from "node:net";
import path from "node:path";
import { Refusal } from "./refusal.mjs";

/**
 * What a command starts: `all` on one machine, or one process of a larger installation.
 * @typedef {"all" | "web" | "worker"} Role
 */

/**
 * @typedef {object} Settings
 * @property {Role} role
 * @property {string} root     The project's folder.
 * @property {string} host     A loopback address.
 * @property {number} port
 * @property {string} url      Where the console is.
 * @property {string} data     Absolute folder of everything that is kept.
 * @property {string | undefined} databaseUrl  A PostgreSQL of one's own; undefined is the embedded one.
 * @property {boolean} demo
 */

const ROLES = /** @type {const} */ (["all", "web", "worker"]);
const SWITCH = new Map([
  ["1", true],
  ["0", false],
]);

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root
 * @returns {Settings}
 * @throws {Refusal}
 */
export function readSettings(args, env, root) {
  const role = ROLES.find((name) => name === (args[0] ?? "all"));
  if (!role || args.length > 1) throw new Refusal("Usage: npm start, or npm run web and npm run worker with DATABASE_URL.");
  const host = readHost(env.HOST || "127.0.0.1");
  const port = readPort(env.PORT || "3000");
  const databaseUrl = readDatabaseUrl(env.DATABASE_URL);
  if (role !== "all" && !databaseUrl) throw new Refusal(`Set DATABASE_URL: the ${role} process alone has no embedded database.`);
  const demo = SWITCH.get(env.SLIPWAY_DEMO || (role === "all" ? "1" : "0"));
  if (demo === undefined)
    throw new Refusal(`SLIPWAY_DEMO is "${env.SLIPWAY_DEMO}": it is 1 (the demo fleet) or 0 (an empty console).`);
  const url = `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return { role, root, host, port, url, data: path.resolve(root, env.SLIPWAY_DATA || ".slipway"), databaseUrl, demo };
}

/** @param {string} value */
function readHost(value) {
  const loopback = value === "localhost" || value === "::1" || (isIP(value) === 4 && value.startsWith("127."));
  if (loopback) return value;
  throw new Refusal(`HOST is "${value}": until Slipway has sign-in it listens on this machine only, so use 127.0.0.1.`);
}

/** @param {string} value */
function readPort(value) {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Refusal(`PORT is "${value}": it must be a whole number from 1 to 65535.`);
}

/** @param {string | undefined} value */
function readDatabaseUrl(value) {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === "postgresql:" || url?.protocol === "postgres:") return value;
  throw new Refusal("DATABASE_URL is not a PostgreSQL address: it looks like postgresql://user:password@host:5432/database.");
}
