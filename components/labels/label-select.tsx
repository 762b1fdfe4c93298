"use client";

import { useTranslations } from "next-intl";
import { Select } from "@/components/ui/select";
import { type Labels, labelCounts } from "./label-words";
import { useLabelFilter } from "./use-label-filter";

const ANY = "";

/** The labels that occur, to choose one of. */
export function LabelSelect({ all }: { all: readonly Labels[] }) {
  const t = useTranslations("ui");
  const [label, setLabel] = useLabelFilter();
  const known = labelCounts(all);
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
