"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Rocket, SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RowsWaiting } from "@/components/ui/rows-waiting";
import { SkeletonRows } from "@/components/ui/skeleton";
import { HIDE_BELOW_LG, Table } from "@/components/ui/table";
import { useSettledRows } from "@/components/ui/use-settled-rows";
import type { RolloutWire } from "@/lib/api/contract";
import { rolloutsQuery } from "@/lib/client/queries/rollouts";
import { RolloutFilters, useRolloutFilter } from "./rollout-filters";
import { RolloutRow } from "./rollout-row";

/** Every rollout of the fleet, newest first, filtered by what stands in the address. */
export function RolloutsPage() {
  const t = useTranslations("rollouts");
  const { filter, change, clear, active } = useRolloutFilter();
  const pages = useInfiniteQuery(rolloutsQuery(filter));
  const sentences = useSentences();
  const found = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="grid gap-4">
      <h1>{t("all")}</h1>
      <RolloutFilters filter={filter} change={change} clear={active ? clear : null} />
      {pages.isError && pages.data === undefined ? (
        <ErrorState happened={sentences.unread(pages.error)} onRetry={() => void pages.refetch()} />
      ) : pages.data !== undefined && found.length === 0 ? (
        active ? (
          <EmptyState icon={SearchX} title={t("noMatch")} actions={<Button onClick={clear}>{t("clearFilters")}</Button>} />
        ) : (
          <EmptyState icon={Rocket} title={t("none")}>
            {t("noneNext")}
          </EmptyState>
        )
      ) : (
        <RolloutTable key={JSON.stringify(filter)} rollouts={found} loading={pages.data === undefined} />
      )}
      {pages.hasNextPage ? (
        <Button className="justify-self-center" onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
          {t("loadMore")}
        </Button>
      ) : null}
    </div>
  );
}

function RolloutTable({ rollouts, loading }: { rollouts: readonly RolloutWire[]; loading: boolean }) {
  const t = useTranslations("rollouts.column");
  const settled = useSettledRows(rollouts, (rollout) => rollout.id);
  return (
    <div className="grid gap-1">
      <div className="flex h-6 justify-end">
        <RowsWaiting count={settled.waiting} onShow={settled.show} />
      </div>
      <Card className="overflow-x-auto" {...settled.hold}>
        <Table>
          <thead>
            <tr>
              <th>{t("service")}</th>
              <th>{t("change")}</th>
              <th>{t("status")}</th>
              <th>{t("progress")}</th>
              <th className={HIDE_BELOW_LG}>{t("reason")}</th>
              <th className={HIDE_BELOW_LG}>{t("by")}</th>
              <th className={HIDE_BELOW_LG}>{t("took")}</th>
              <th>{t("when")}</th>
            </tr>
          </thead>
          <tbody>
            {loading ? (
              <SkeletonRows rows={12} columns={8} />
            ) : (
              settled.rows.map((rollout) => <RolloutRow key={rollout.id} rollout={rollout} />)
            )}
          </tbody>
        </Table>
      </Card>
    </div>
  );
}
