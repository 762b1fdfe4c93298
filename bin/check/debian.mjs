// @ts-check
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { isOnPath } from "../preflight/checks.mjs";
import { Refusal } from "../preflight/refusal.mjs";

/** What the tests run with besides npm's packages, by the name of its Debian package. */
const WANTED = [
  { name: "busybox", isThere: () => hasTool("busybox") },
  { name: "dash", isThere: () => hasTool("dash") },
  { name: "shellcheck", isThere: () => hasTool("shellcheck") },
  { name: "openssh-server", isThere: () => existsSync("/usr/sbin/sshd") },
  { name: "iproute2", isThere: () => hasTool("ip") },
  { name: "sudo", isThere: () => hasTool("sudo") },
  { name: "systemd-container", isThere: () => hasTool("systemd-nspawn") },
  { name: "chromium", isThere: () => hasTool("chromium") || hasPlaywrightChromium() },
  { name: "fonts-noto-cjk", isThere: hasChineseFont },
];

/**
 * Installs what is missing where we may: as root, with apt-get.
 * @param {(sentence: string) => void} say
 * @throws {Refusal} where we may not, with the command that would.
 */
export function installDebianPackages(say) {
  const missing = WANTED.filter(({ isThere }) => !isThere()).map(({ name }) => name);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !hasTool("apt-get")) {
    throw new Refusal(`The tests need ${missing.join(", ")}, which this machine has not; on Debian: sudo ${command}`);
  }
  say(`Installing ${missing.join(", ")}…`);
  if (!install(missing)) throw new Refusal(`This failed: ${command}`);
}

/**
 * Whether these packages are there now. Only root may; a machine without apt-get has none.
 * @param {readonly string[]} packages
 */
export function install(packages) {
  const apt = (/** @type {string[]} */ ...args) =>
    spawnSync("apt-get", ["-qq", ...args], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  apt("update");
  return apt("install", "-y", "--no-install-recommends", ...packages).status === 0;
}

/** @param {string} tool */
export function hasTool(tool) {
  return isOnPath(tool, process.env.PATH ?? "");
}

function hasPlaywrightChromium() {
  const folder = process.env.PLAYWRIGHT_BROWSERS_PATH ?? path.join(homedir(), ".cache", "ms-playwright");
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("chromium-"));
}

function hasChineseFont() {
  if (process.platform !== "linux") return true;
  return spawnSync("fc-list", [":lang=zh", "family"], { encoding: "utf8" }).stdout?.trim().length > 0;
}
