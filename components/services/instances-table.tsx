"use client";

import { Box } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useEffectEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { SpacerRow } from "@/components/ui/spacer-row";
import { HIDE_BELOW_LG, Table } from "@/components/ui/table";
import type { SettledRows } from "@/components/ui/use-settled-rows";
import { useVirtualRows } from "@/components/ui/use-virtual-rows";
import type { InstanceInfoWire, ServiceWire } from "@/lib/api/contract";
import { InstanceRow } from "./instance-row";
import { toggleSelection } from "./selection";

const COLUMNS = 8;
const ROW_PX = 31;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 150;

interface InstancesTableProps {
  /** undefined while the first answer is on its way. */
  readonly rows: readonly InstanceInfoWire[] | undefined;
  /** The rows answer an older question. */
  readonly dimmed: boolean;
  readonly selected: readonly string[];
  readonly onSelect: (selected: readonly string[]) => void;
  readonly onEnd: () => void;
  readonly hold: SettledRows<InstanceInfoWire>["hold"];
  readonly service: ServiceWire;
  readonly onAdd: () => void;
}

export function InstancesTable({ rows: given, dimmed, selected, onSelect, onEnd, hold, service, onAdd }: InstancesTableProps) {
  const t = useTranslations("services.instances");
  const isLoading = given === undefined;
  const rows = given ?? [];
  const [last, setLast] = useState<string | null>(null);
  const virtual = useVirtualRows(rows.length, ROW_PX);
  const chosen = new Set(selected);
  const shown = rows.map((row) => row.instance_id);
  const all = shown.length > 0 && shown.every((id) => chosen.has(id));
  const lastIndex = virtual.indexes.at(-1) ?? 0;
  const isNearEnd = rows.length > 0 && lastIndex >= rows.length - AHEAD;
  const reachEnd = useEffectEvent(onEnd);
  useEffect(() => {
    if (isNearEnd) reachEnd();
  }, [isNearEnd]);
  return (
    <Card {...hold} className={cn("overflow-x-auto", dimmed && "opacity-60")} aria-label={t("title")}>
      <Table className="sm:table-fixed sm:min-w-[760px]">
        <thead>
          <tr>
            <th scope="col" className="sm:w-11">
              <Checkbox
                checked={all}
                indeterminate={!all && shown.some((id) => chosen.has(id))}
                onChange={(checked) =>
                  onSelect(checked ? [...new Set([...selected, ...shown])] : selected.filter((id) => !shown.includes(id)))
                }
                label={t("selectAll")}
                hideLabel
                disabled={shown.length === 0}
              />
            </th>
            <th scope="col">{t("instance")}</th>
            <th scope="col" className="sm:w-32">
              {t("version")}
            </th>
            <th scope="col" className="sm:w-40">
              {t("status")}
            </th>
            <th scope="col" className="sm:w-44">
              {t("answers")}
            </th>
            <th scope="col" className={`${HIDE_BELOW_LG} w-40`}>
              {t("address")}
            </th>
            <th scope="col" className={`${HIDE_BELOW_LG} w-24`}>
              {t("since")}
            </th>
            <th scope="col" className="act sm:w-[178px]">
              <span className="sr-only">{t("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody ref={virtual.bodyRef}>
          {isLoading ? <SkeletonRows rows={12} columns={COLUMNS} /> : null}
          <SpacerRow height={virtual.before} columns={COLUMNS} />
          {virtual.indexes.map((index) => {
            const row = rows[index];
            return row === undefined ? null : (
              <InstanceRow
                key={row.instance_id}
                instance={row}
                index={index}
                measureRef={virtual.measureRef}
                selected={chosen.has(row.instance_id)}
                onSelect={(checked, shift) => {
                  onSelect(toggleSelection(selected, shown, { key: row.instance_id, checked, shift, last }));
                  setLast(row.instance_id);
                }}
              />
            );
          })}
          <SpacerRow height={virtual.after} columns={COLUMNS} />
        </tbody>
      </Table>
      {!isLoading && rows.length === 0 ? (
        <EmptyState
          icon={Box}
          title={service.instances === 0 ? t("none") : t("noneMatch")}
          actions={
            service.instances === 0 ? (
              <Button variant="primary" onClick={onAdd}>
                {t("add")}
              </Button>
            ) : undefined
          }
        >
          {service.instances === 0 ? t("noneHelp") : null}
        </EmptyState>
      ) : null}
    </Card>
  );
}
