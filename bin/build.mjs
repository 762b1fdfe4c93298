#!/usr/bin/env node
// @ts-check
/** `npm run build`: what `npm start` would build, without starting it. */
import path from "node:path";
import { checkNode } from "./preflight/checks.mjs";
import { installPackages } from "./preflight/install.mjs";
import { Refusal } from "./preflight/refusal.mjs";

/** @param {string} sentence */
const say = (sentence) => console.log(`  ${sentence}`);

try {
  checkNode(process.versions.node);
  const root = path.join(import.meta.dirname, "..");
  installPackages(root, say);
  const { register } = await import("tsx/esm/api");
  register();
  const { buildIfStale } = await import("./launch/build.mjs");
  await buildIfStale({ root, signal: new AbortController().signal, say });
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`  ${error.message}`);
  process.exitCode = 1;
}
