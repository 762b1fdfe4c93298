"use client";

import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { FilterInput } from "@/components/ui/filter-input";
import { Select } from "@/components/ui/select";
import type { ServiceWire } from "@/lib/api/contract";
import { instanceParams, STATUSES } from "./instance-filter";

const ANY = "";

interface InstanceFiltersProps {
  readonly service: ServiceWire;
  readonly hosts: readonly string[];
  readonly counts: { readonly matched: number; readonly total: number } | null;
}

export function InstanceFilters({ service, hosts, counts }: InstanceFiltersProps) {
  const t = useTranslations("services.instances");
  const statuses = useTranslations("statuses.instance");
  const [filter, setFilter] = useQueryStates(instanceParams, { throttleMs: 150 });
  const any = { value: ANY, label: t("any") };
  const known = filter.host === null || hosts.includes(filter.host) ? hosts : [filter.host, ...hosts];
  return (
    <>
      <Select
        label={t("version")}
        prefix={t("version")}
        value={filter.on ?? ANY}
        onChange={(on) => setFilter({ on: on === ANY ? null : on })}
        options={[
          any,
          ...service.versions.map((version) => ({ value: version.version, label: version.version, hint: version.instances })),
        ]}
        className="max-w-56"
      />
      <Select
        label={t("status")}
        prefix={t("status")}
        value={filter.status ?? ANY}
        onChange={(status) => setFilter({ status: STATUSES.find((each) => each === status) ?? null })}
        options={[
          any,
          ...STATUSES.map((status) => ({ value: status, label: statuses(status), hint: service.by_status[status] })),
        ]}
      />
      <Select
        label={t("host")}
        prefix={t("host")}
        value={filter.host ?? ANY}
        onChange={(host) => setFilter({ host: host === ANY ? null : host })}
        options={[any, ...known.map((host) => ({ value: host, label: host }))]}
        className="max-w-56"
      />
      <FilterInput value={filter.q} onChange={(q) => setFilter({ q: q === "" ? null : q })} label={t("filter")} />
      <span className="text-ink-3" role="status">
        {counts === null ? null : t("count", { matched: counts.matched, total: counts.total })}
      </span>
    </>
  );
}
