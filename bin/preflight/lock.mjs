// @ts-check
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { identityOf } from "./identity.mjs";

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string} identity  See `identityOf`.
 * @property {string} note      What the holder wants to be known by.
 */

/**
 * Takes a lock file for this process. One left by a process that runs no more is taken over.
 * @param {string} file
 * @param {string} note
 * @returns {{ holder: Holder } | { release: () => void }} The process that holds it, or the way to give it back.
 */
export function takeLock(file, note) {
  const mine = JSON.stringify({ pid: process.pid, identity: identityOf(process.pid) ?? "", note });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    for (;;) {
      // A link appears whole or not at all: nobody ever reads half a lock.
      if (links(draft, file)) return { release: () => release(file, mine) };
      const holder = readHolder(file);
      if (holder && identityOf(holder.pid) === holder.identity) return { holder };
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} draft
 * @param {string} file
 */
function links(draft, file) {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {Holder | undefined}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @param {string} mine
 */
function release(file, mine) {
  try {
    if (readFileSync(file, "utf8") === mine) rmSync(file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
