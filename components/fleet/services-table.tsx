"use client";

import { SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useQueryState } from "nuqs";
import { LabelFilter } from "@/components/labels/label-filter";
import { hasLabel, useLabelFilter } from "@/components/labels/use-label-filter";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterInput } from "@/components/ui/filter-input";
import { RowsWaiting } from "@/components/ui/rows-waiting";
import { SkeletonRows } from "@/components/ui/skeleton";
import { SpacerRow } from "@/components/ui/spacer-row";
import { HIDE_BELOW_LG, Table } from "@/components/ui/table";
import { useSettledRows } from "@/components/ui/use-settled-rows";
import { useVirtualRows } from "@/components/ui/use-virtual-rows";
import type { ServiceWire } from "@/lib/api/contract";
import { matchesFilter } from "./service-filter";
import { ServiceRow } from "./service-row";

const COLUMNS = 7;
const ROW_PX = 34;

/** Every service in one line. `undefined` while it is loading. */
export function ServicesTable({ services, receivedAt }: { services: readonly ServiceWire[] | undefined; receivedAt: number }) {
  const t = useTranslations("fleet.table");
  const [filter, setFilter] = useQueryState("q", { defaultValue: "", throttleMs: 150 });
  const [label] = useLabelFilter();
  const found = (services ?? []).filter((service) => hasLabel(service.labels, label) && matchesFilter(service, filter));
  const isFiltered = filter !== "" || label !== null;
  const settled = useSettledRows(found, (service) => service.name);
  const rows = isFiltered ? found : settled.rows;
  const virtual = useVirtualRows(rows.length, ROW_PX);
  return (
    <Card aria-label={t("services")}>
      <div className="flex min-h-10 flex-wrap items-center gap-3 border-line-soft border-b px-3.5 py-1.5">
        <FilterInput value={filter} onChange={setFilter} label={t("filter")} className="sm:max-[900px]:w-40" />
        <LabelFilter all={(services ?? []).map((service) => service.labels)} />
        <span className="text-ink-3">
          {services === undefined ? null : t("count", { found: found.length, total: services.length })}
        </span>
        <span className="ml-auto">
          <RowsWaiting count={isFiltered ? 0 : settled.waiting} onShow={settled.show} />
        </span>
      </div>
      {services !== undefined && rows.length === 0 ? (
        <EmptyState icon={SearchX} title={t("nothing", { filter: filter === "" ? (label ?? "") : filter })} />
      ) : (
        <div {...settled.hold} className="overflow-x-auto rounded-b-lg">
          <Table folds className="lg:min-w-[1100px] lg:table-fixed">
            <thead>
              <tr>
                <th scope="col">{t("service")}</th>
                <th scope="col" className="lg:w-[268px] xl:w-[420px]">
                  {t("versions")}
                </th>
                <th scope="col" className="lg:w-[148px]">
                  {t("health")}
                </th>
                <th scope="col" className="lg:w-[172px]">
                  {t("lastChange")}
                </th>
                <th scope="col" className={`${HIDE_BELOW_LG} w-[84px]`}>
                  {t("by")}
                </th>
                <th scope="col" className={`${HIDE_BELOW_LG} w-[98px]`}>
                  {t("when")}
                </th>
                <th scope="col" className="act lg:w-[244px]">
                  <span className="sr-only">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody ref={virtual.bodyRef}>
              {services === undefined ? <SkeletonRows rows={8} columns={COLUMNS} /> : null}
              <SpacerRow height={virtual.before} columns={COLUMNS} />
              {virtual.indexes.map((index) => {
                const service = rows[index];
                return service === undefined ? null : (
                  <ServiceRow
                    key={service.name}
                    service={service}
                    receivedAt={receivedAt}
                    index={index}
                    measureRef={virtual.measureRef}
                  />
                );
              })}
              <SpacerRow height={virtual.after} columns={COLUMNS} />
            </tbody>
          </Table>
        </div>
      )}
    </Card>
  );
}
