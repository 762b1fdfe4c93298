"use client";

import { useQuery } from "@tanstack/react-query";
import { Tag } from "lucide-react";
import { useTranslations } from "next-intl";
import { useQueryState } from "nuqs";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { FilterInput } from "@/components/ui/filter-input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { HIDE_BELOW_LG, Table } from "@/components/ui/table";
import type { VersionWire } from "@/lib/api/contract";
import { versionsQuery } from "@/lib/client/queries/services";
import { BarrierDialog, WithdrawDialog } from "./version-dialogs";
import { VersionRow } from "./version-row";

const COLUMNS = 6;
type Open = { readonly kind: "withdraw" | "barrier"; readonly version: VersionWire } | null;

/** The catalogue: where each version runs, since when it is known, what it is made of, and what is said about it. */
export function VersionsTab({ service }: { service: string }) {
  const t = useTranslations("services.versions");
  const sentences = useSentences();
  const { data, error, refetch } = useQuery(versionsQuery(service));
  const [filter, setFilter] = useQueryState("q", { defaultValue: "", throttleMs: 150 });
  const [open, setOpen] = useState<Open>(null);
  if (error !== null && data === undefined)
    return <ErrorState happened={t("failed")} now={sentences.unread(error)} onRetry={() => refetch()} />;
  const rows = data?.filter((version) => version.version.toLowerCase().includes(filter.trim().toLowerCase()));
  const close = () => setOpen(null);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <FilterInput value={filter} onChange={setFilter} label={t("filter")} />
        <span className="text-ink-3">
          {rows === undefined || data === undefined ? null : t("count", { found: rows.length, total: data.length })}
        </span>
      </div>
      <Card aria-label={t("title")} className="overflow-x-auto">
        <Table>
          <thead>
            <tr>
              <th scope="col">{t("version")}</th>
              <th scope="col">{t("runs")}</th>
              <th scope="col" className={HIDE_BELOW_LG}>
                {t("firstSeen")}
              </th>
              <th scope="col">{t("lastSeen")}</th>
              <th scope="col">{t("package")}</th>
              <th scope="col" className="act">
                <span className="sr-only">{t("actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows === undefined ? <SkeletonRows rows={6} columns={COLUMNS} /> : null}
            {rows?.map((version) => (
              <VersionRow
                key={version.version}
                service={service}
                version={version}
                onWithdraw={() => setOpen({ kind: "withdraw", version })}
                onBarrier={() => setOpen({ kind: "barrier", version })}
              />
            ))}
          </tbody>
        </Table>
        {rows?.length === 0 ? <EmptyState icon={Tag} title={data?.length === 0 ? t("none") : t("noneMatch")} /> : null}
      </Card>
      {open?.kind === "withdraw" ? <WithdrawDialog service={service} version={open.version} onClose={close} /> : null}
      {open?.kind === "barrier" ? <BarrierDialog service={service} version={open.version} onClose={close} /> : null}
    </div>
  );
}
