"use client";

import { useSyncExternalStore } from "react";

/** The key that people hold for commands: ⌘ on Apple's machines, Ctrl elsewhere (and on the server). */
export function useCommandKey(): "⌘" | "Ctrl" {
  return useSyncExternalStore(never, read, () => "Ctrl");
}

function read(): "⌘" | "Ctrl" {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
}

function never(): () => void {
  return () => undefined;
}
