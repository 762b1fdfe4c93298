"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { GitCompareArrows, History as HistoryIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsArrayOf, parseAsString, useQueryState } from "nuqs";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { InstanceDetailWire } from "@/lib/api/contract";
import { activationsQuery } from "@/lib/client/queries/instances";
import { ActivationRow } from "./activation-row";
import { Comparison } from "./comparison";

/** Every version that ever ran on the instance, newest first. Two of them can be compared; the choice is in the address. */
export function History({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances.history");
  const sentences = useSentences();
  const pages = useInfiniteQuery(activationsQuery(instance.instance_id));
  const [chosen, setChosen] = useQueryState("compare", parseAsArrayOf(parseAsString).withDefault([]));
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  // The newest two: choosing a third lets go of the first.
  const choose = (id: string) => void setChosen((before) => toggled(before, id));
  const [newer, older] = rows.filter((row) => chosen.includes(row.id));
  return (
    <Card>
      <CardHeader title={t("title")}>
        <span className="text-xs">{t("count", { count: instance.activations })}</span>
      </CardHeader>
      {newer !== undefined && older !== undefined ? (
        <Comparison older={older} newer={newer} onClose={() => void setChosen(null)} />
      ) : (
        <p className="flex items-center gap-1.5 border-line-soft border-b px-3.5 py-1.5 text-ink-3 text-xs">
          <GitCompareArrows aria-hidden className="size-3.5" />
          {t(newer === undefined ? "compareHint" : "compareOneMore")}
        </p>
      )}
      {pages.isError && pages.data === undefined ? (
        <ErrorState happened={sentences.unread(pages.error)} onRetry={() => void pages.refetch()} />
      ) : pages.data === undefined ? (
        <div className="grid grid-cols-1 gap-6 p-3.5" aria-busy>
          {["w-80", "w-72", "w-96", "w-64"].map((width) => (
            <Skeleton key={width} className={width} />
          ))}
        </div>
      ) : rows.length === 0 ? (
        <EmptyState icon={HistoryIcon} title={t("empty")}>
          {t("emptyNext")}
        </EmptyState>
      ) : (
        <ol className="relative px-3.5 py-1 before:absolute before:top-4 before:bottom-4 before:left-[19px] before:w-0.5 before:bg-line">
          {rows.map((row) => (
            <ActivationRow
              key={row.id}
              activation={row}
              instance={instance}
              compared={chosen.includes(row.id)}
              onCompare={() => choose(row.id)}
            />
          ))}
        </ol>
      )}
      {pages.hasNextPage ? (
        <div className="grid justify-center border-line-soft border-t p-2">
          <Button variant="quiet" onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            {t("older")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

function toggled(chosen: readonly string[], id: string): string[] | null {
  if (!chosen.includes(id)) return [...chosen.slice(-1), id];
  const rest = chosen.filter((each) => each !== id);
  return rest.length === 0 ? null : rest;
}
