"use client";

import { useEffect, useEffectEvent } from "react";

const ROW = "[data-row]";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function isInOverlay(): boolean {
  return document.querySelector('[role="dialog"][data-open], [role="menu"][data-open], [role="listbox"][data-open]') !== null;
}

function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROW)];
  const current = document.activeElement?.closest<HTMLElement>(ROW) ?? null;
  const from = current === null ? (step === 1 ? -1 : rows.length) : rows.indexOf(current);
  const next = rows[from + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The keys of the console: ⌘K / Ctrl-K, `/`, `j`, `k`, Enter on a row, `?`. Quiet while one types or a dialog is open. */
export function useShortcuts(open: { readonly palette: () => void; readonly keys: () => void }): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.metaKey || event.ctrlKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return open.palette();
    }
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isInOverlay()) return;
    if (event.key === "?") return open.keys();
    if (event.key === "j" || event.key === "k") return moveRow(event.key === "j" ? 1 : -1);
    if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.matches(ROW)) {
      return event.target.querySelector("a")?.click();
    }
    const filter = event.key === "/" ? document.querySelector<HTMLElement>("[data-page-filter]") : null;
    if (filter !== null) {
      event.preventDefault();
      filter.focus();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}
