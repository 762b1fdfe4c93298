"use client";

import dynamic from "next/dynamic";
import type { Labels } from "./label-words";
import { useLabelFilter } from "./use-label-filter";

const LabelSelect = dynamic(() => import("./label-select").then((module) => module.LabelSelect), { ssr: false });

/** Narrows a list to what carries one label; nothing is drawn where nothing carries any. `all`: the labels of everything in the list. */
export function LabelFilter({ all }: { all: readonly Labels[] }) {
  const [label] = useLabelFilter();
  const isLabelled = label !== null || all.some((labels) => Object.keys(labels).length > 0);
  return isLabelled ? <LabelSelect all={all} /> : null;
}
