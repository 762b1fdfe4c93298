"use client";

import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { LabelFilter } from "@/components/labels/label-filter";
import { FilterInput } from "@/components/ui/filter-input";
import { Select } from "@/components/ui/select";
import type { HostWire } from "@/lib/api/contract";
import { CONDITIONS, conditionOf, hostParams } from "./host-filter";

const ANY = "";

/** Narrows the list of hosts. `shown`: how many are left, null where nothing narrows. */
export function HostFilters({ all, shown }: { all: readonly HostWire[]; shown: number | null }) {
  const t = useTranslations("hosts");
  const ui = useTranslations("ui");
  const [filter, setFilter] = useQueryStates(hostParams);
  const conditions = CONDITIONS.map((value) => ({ value, hint: all.filter((host) => conditionOf(host) === value).length }));
  return (
    <search className="flex flex-wrap items-center gap-3">
      <FilterInput
        value={filter.text}
        onChange={(text) => void setFilter({ text: text === "" ? null : text })}
        label={t("filter")}
        className="w-72"
      />
      <Select
        label={t("column.state")}
        prefix={t("column.state")}
        value={filter.state ?? ANY}
        onChange={(state) => void setFilter({ state: CONDITIONS.find((each) => each === state) ?? null })}
        options={[
          { value: ANY, label: ui("any") },
          ...conditions
            .filter(({ value, hint }) => hint > 0 || value === filter.state)
            .map((each) => ({ ...each, label: t(`state.${each.value}`) })),
        ]}
      />
      <LabelFilter all={all.map((host) => host.labels)} />
      <span className="whitespace-nowrap text-ink-3" role="status">
        {shown === null ? null : t("matched", { count: shown })}
      </span>
    </search>
  );
}
