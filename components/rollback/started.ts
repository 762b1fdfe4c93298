"use client";

import { useSyncExternalStore } from "react";
import { z } from "zod";

const KEY = "slipway-started-rollbacks";
const KEPT = 20;

const started = z.array(z.object({ id: z.string(), dismissed: z.boolean() }));
type Started = z.infer<typeof started>;
const NONE: Started = [];

let cache: { readonly raw: string | null; readonly value: Started } = { raw: null, value: NONE };
const listeners = new Set<() => void>();

function parse(raw: string | null): Started {
  if (raw === null) return NONE;
  try {
    const parsed = started.safeParse(JSON.parse(raw));
    return parsed.success ? parsed.data : NONE;
  } catch (error) {
    if (error instanceof SyntaxError) return NONE;
    throw error;
  }
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
