"use client";

import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { LabelFilter } from "@/components/labels/label-filter";
import { cn } from "@/components/ui/cn";
import { CONTROL } from "@/components/ui/field";
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
      <input
        data-page-filter
        aria-label={t("filter")}
        placeholder={t("filter")}
        value={filter.text}
        onChange={(event) => void setFilter({ text: event.target.value === "" ? null : event.target.value })}
        className={cn(CONTROL, "h-[30px] w-64! max-sm:h-10 max-sm:w-full!")}
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
