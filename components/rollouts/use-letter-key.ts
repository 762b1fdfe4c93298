"use client";

import { useEffect } from "react";

const TYPING = "input, textarea, select, [contenteditable='true'], [role='dialog'] *";

/** Calls `act` when the letter is pressed alone, outside of anything one types into. Keep its identity (useCallback). */
export function useLetterKey(letter: string, act: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== letter || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.matches(TYPING)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [letter, act]);
}
