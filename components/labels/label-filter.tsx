"use client";

import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { Select } from "@/components/ui/select";
import { type Labels, labelCounts, labelWords } from "./label-words";

const ANY = "";

/** The label that a list is narrowed to, from the address; null = none. */
export function useLabelFilter() {
  return useQueryState("label", parseAsString);
}

/** Whether something with these labels is shown. */
export function hasLabel(labels: Labels, wanted: string | null): boolean {
  return wanted === null || labelWords(labels).includes(wanted);
}

/** Narrows a list to what carries one label; nothing is drawn where nothing carries any. `all`: the labels of everything in the list. */
export function LabelFilter({ all }: { all: readonly Labels[] }) {
  const t = useTranslations("ui");
  const [label, setLabel] = useLabelFilter();
  const known = labelCounts(all);
  if (known.length === 0 && label === null) return null;
  const gone = label === null || known.some(({ word }) => word === label) ? [] : [{ value: label, label, hint: 0 }];
  return (
    <Select
      label={t("label")}
      prefix={t("label")}
      value={label ?? ANY}
      onChange={(chosen) => void setLabel(chosen === ANY ? null : chosen)}
      options={[
        { value: ANY, label: t("any") },
        ...gone,
        ...known.map(({ word, count }) => ({ value: word, label: word, hint: count })),
      ]}
      className="max-w-64"
    />
  );
}
