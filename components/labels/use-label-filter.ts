"use client";

import { parseAsString, useQueryState } from "nuqs";
import { type Labels, labelWords } from "./label-words";

/** The label that a list is narrowed to, from the address; null = none. */
export function useLabelFilter() {
  return useQueryState("label", parseAsString);
}

/** Whether something with these labels is shown. */
export function hasLabel(labels: Labels, wanted: string | null): boolean {
  return wanted === null || labelWords(labels).includes(wanted);
}
