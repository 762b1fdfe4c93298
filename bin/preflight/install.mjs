// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Refusal } from "./refusal.mjs";

/**
 * Installs the packages of the lock file unless exactly these are there. Not with `npm ci`: it refuses a lock file without the
 * optional packages of every other platform, and a registry that mirrors only some of them cannot have written one.
 * @param {string} root
 * @param {(sentence: string) => void} say
 */
export function installPackages(root, say) {
  if (isInstalled(root)) return;
  say("Installing packages…");
  const npm = process.env.npm_execpath;
  const [program, before] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const args = [...before, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(program, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Refusal("The packages could not be installed: npm says why above.");
}

/**
 * Compares what npm says it installed with what the lock file asks for. Packages of other platforms are optional and may be absent.
 * @param {string} root
 */
function isInstalled(root) {
  const wanted = readPackages(path.join(root, "package-lock.json"));
  const present = readPackages(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([folder, { version, optional, peer }]) => {
    const there = present[folder];
    return folder === "" || (there ? there.version === version : optional === true || peer === true);
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, peer?: boolean }> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
