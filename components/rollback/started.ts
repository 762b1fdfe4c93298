"use client";

import { useSyncExternalStore } from "react";

const KEY = "slipway-started-rollbacks";
const KEPT = 20;

type Started = readonly { readonly id: string; readonly dismissed: boolean }[];
const NONE: Started = [];

let cache: { readonly raw: string | null; readonly value: Started } = { raw: null, value: NONE };
const listeners = new Set<() => void>();

function parse(raw: string | null): Started {
  if (raw === null) return NONE;
  try {
    const kept: unknown = JSON.parse(raw);
    return Array.isArray(kept) && kept.every(isStarted) ? kept : NONE;
  } catch (error) {
    if (error instanceof SyntaxError) return NONE;
    throw error;
  }
}

function isStarted(kept: unknown): kept is Started[number] {
  if (typeof kept !== "object" || kept === null || !("id" in kept) || !("dismissed" in kept)) return false;
  return typeof kept.id === "string" && typeof kept.dismissed === "boolean";
}

function read(): Started {
  const raw = sessionStorage.getItem(KEY);
  if (raw !== cache.raw) cache = { raw, value: parse(raw) };
  return cache.value;
}

function write(next: Started): void {
  sessionStorage.setItem(KEY, JSON.stringify(next.slice(0, KEPT)));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Remembers, across reloads of this tab, that the rollback was started here: here it can be cancelled in place. */
export function rememberStarted(id: string): void {
  write([{ id, dismissed: false }, ...read().filter((each) => each.id !== id)]);
}

/** It never came to be: it was refused, or another one does it already. */
export function forgetStarted(id: string): void {
  write(read().filter((each) => each.id !== id));
}

/** Takes it off the bottom bar; it stays this tab's own. */
export function dismissStarted(id: string): void {
  write(read().map((each) => (each.id === id ? { ...each, dismissed: true } : each)));
}

/** Rollbacks that this tab started, newest first. */
export function useStarted(): Started {
  return useSyncExternalStore(subscribe, read, () => NONE);
}
