"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { RolloutStatusChip } from "@/components/states/chips";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Duration } from "@/components/ui/duration";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { RowsWaiting } from "@/components/ui/rows-waiting";
import { SkeletonRows } from "@/components/ui/skeleton";
import { HIDE_BELOW_LG, HIDE_BELOW_SM, Table } from "@/components/ui/table";
import { useSettledRows } from "@/components/ui/use-settled-rows";
import type { RolloutWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";
import { rolloutsQuery } from "@/lib/client/queries/rollouts";

const COLUMNS = 8;

/** Everything that was ever done to the service, newest first. */
export function RolloutsTab({ service }: { service: string }) {
  const t = useTranslations("services.rollouts");
  const sentences = useSentences();
  const query = useInfiniteQuery(rolloutsQuery({ service }));
  const found = query.data?.pages.flatMap((page) => page.items) ?? [];
  const settled = useSettledRows(found, (rollout) => rollout.id);
  if (query.error !== null && query.data === undefined) {
    return <ErrorState happened={t("failed")} now={sentences.unread(query.error)} onRetry={() => query.refetch()} />;
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Card aria-label={t("title")} className="overflow-x-auto" {...settled.hold}>
        <Table>
          <thead>
            <tr>
              <th scope="col">{t("rollout")}</th>
              <th scope="col">{t("status")}</th>
              <th scope="col">{t("change")}</th>
              <th scope="col" className="num">
                {t("instances")}
              </th>
              <th scope="col" className={HIDE_BELOW_SM}>
                {t("by")}
              </th>
              <th scope="col">{t("when")}</th>
              <th scope="col" className={HIDE_BELOW_LG}>
                {t("took")}
              </th>
              <th scope="col" className={HIDE_BELOW_LG}>
                {t("reason")}
              </th>
            </tr>
          </thead>
          <tbody>
            {query.data === undefined ? <SkeletonRows rows={8} columns={COLUMNS} /> : null}
            {settled.rows.map((rollout) => (
              <RolloutRow key={rollout.id} rollout={rollout} />
            ))}
          </tbody>
        </Table>
        {query.data !== undefined && found.length === 0 ? <EmptyState icon={History} title={t("none")} /> : null}
      </Card>
      <div className="flex justify-center gap-2">
        <RowsWaiting count={settled.waiting} onShow={settled.show} />
        {query.hasNextPage ? (
          <Button onClick={() => query.fetchNextPage()} aria-disabled={query.isFetchingNextPage}>
            {t("older")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function RolloutRow({ rollout }: { rollout: RolloutWire }) {
  const kinds = useTranslations("statuses.kind");
  return (
    <tr data-row tabIndex={-1}>
      <th scope="row">
        <Link href={path`/rollouts/${rollout.id}`} className="rounded-sm font-mono text-xs hover:underline">
          {rollout.id}
        </Link>
      </th>
      <td>
        <RolloutStatusChip status={rollout.status} />
      </td>
      <td className="wide">
        {kinds(rollout.kind)}{" "}
        <span className="font-mono text-ink-2 text-xs">
          {rollout.from_versions[0] ?? "–"} → {rollout.to_versions[0] ?? rollout.version ?? "–"}
        </span>
      </td>
      <td className="num">
        {rollout.counts.succeeded ?? 0}/{rollout.total}
      </td>
      <td className={`${HIDE_BELOW_SM} max-w-40 truncate text-ink-2`}>{rollout.requested_by}</td>
      <td className="text-ink-3">
        <RelativeTime at={rollout.created_at} />
      </td>
      <td className={`${HIDE_BELOW_LG} text-ink-3`}>
        {rollout.started_at === null || rollout.completed_at === null ? (
          "–"
        ) : (
          <Duration seconds={(Date.parse(rollout.completed_at) - Date.parse(rollout.started_at)) / 1000} />
        )}
      </td>
      <td className={`${HIDE_BELOW_LG} max-w-64 truncate text-ink-2`} title={rollout.reason ?? undefined}>
        {rollout.reason}
      </td>
    </tr>
  );
}
