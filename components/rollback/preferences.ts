"use client";

import { useSyncExternalStore } from "react";

const KEY = "slipway-rollback";

/** How a person wants to roll back. `ask`: the plan asks first, and then there is no grace. */
export interface RollbackPreferences {
  readonly grace: 5 | 10 | 30 | "ask";
  readonly hold: boolean;
}
export const GRACES: readonly RollbackPreferences["grace"][] = [5, 10, 30, "ask"];

const DEFAULTS: RollbackPreferences = { grace: 5, hold: true };

/** Reads what was stored; anything that cannot be read counts as not set. */
export function parsePreferences(stored: string | null): RollbackPreferences {
  if (stored === null) return DEFAULTS;
  try {
    const said: unknown = JSON.parse(stored);
    return arePreferences(said) ? { grace: said.grace, hold: said.hold } : DEFAULTS;
  } catch (error) {
    if (error instanceof SyntaxError) return DEFAULTS;
    throw error;
  }
}

function arePreferences(said: unknown): said is RollbackPreferences {
  if (typeof said !== "object" || said === null || !("grace" in said) || !("hold" in said)) return false;
  return GRACES.some((grace) => grace === said.grace) && typeof said.hold === "boolean";
}

let cache: { readonly raw: string | null; readonly value: RollbackPreferences } = { raw: null, value: DEFAULTS };
const listeners = new Set<() => void>();

/** The person's settings on this browser. */
export function readPreferences(): RollbackPreferences {
  const raw = localStorage.getItem(KEY);
  if (raw !== cache.raw) cache = { raw, value: parsePreferences(raw) };
  return cache.value;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

export function useRollbackPreferences(): readonly [RollbackPreferences, (next: RollbackPreferences) => void] {
  const value = useSyncExternalStore(subscribe, readPreferences, () => DEFAULTS);
  return [value, store];
}

function store(next: RollbackPreferences): void {
  localStorage.setItem(KEY, JSON.stringify(next));
  for (const listener of listeners) listener();
}

/** Seconds to undo: none where the person is asked first. */
export function graceSeconds({ grace }: RollbackPreferences): number {
  return grace === "ask" ? 0 : grace;
}
