"use client";

import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";

interface VirtualRows {
  /** For the `<tbody>`. */
  readonly bodyRef: (element: HTMLTableSectionElement | null) => void;
  /** For every row, together with `data-index`. */
  readonly measureRef: (element: Element | null) => void;
  /** Indexes to render. */
  readonly indexes: readonly number[];
  /** Heights of the spacer rows, px. */
  readonly before: number;
  readonly after: number;
}

/** Renders only the rows near the window; the page itself scrolls. `estimate` is the height of a row in px before it is measured. */
export function useVirtualRows(count: number, estimate: number): VirtualRows {
  const body = useRef<HTMLTableSectionElement | null>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const virtualizer = useWindowVirtualizer({ count, estimateSize: () => estimate, overscan: 12, scrollMargin: margin });
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items[items.length - 1];
  return {
    bodyRef: (element) => {
      body.current = element;
    },
    measureRef: virtualizer.measureElement,
    indexes: items.map((item) => item.index),
    before: first === undefined ? 0 : first.start - margin,
    after: last === undefined ? 0 : virtualizer.getTotalSize() - (last.end - margin),
  };
}
