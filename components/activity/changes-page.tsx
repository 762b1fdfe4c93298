"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { changesQuery } from "@/lib/client/queries/fleet";
import { ChangesFilters } from "./changes-filters";
import { ChangesList } from "./changes-list";
import { useChangesFilter } from "./use-changes-filter";

/** "What changed at 02:40?": everything that changed anything, in one line, newest first. */
export function ChangesPage() {
  const t = useTranslations("changes");
  const sentences = useSentences();
  const { filter, ask, change } = useChangesFilter();
  const pages = useInfiniteQuery(changesQuery(ask));
  const events = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="grid gap-4">
      <header className="grid gap-0.5">
        <h1>{t("title")}</h1>
        <p className="text-ink-2">{t("lead")}</p>
      </header>
      <ChangesFilters filter={filter} change={change} />
      <Card>
        {pages.isError && pages.data === undefined ? (
          <ErrorState happened={sentences.unread(pages.error)} onRetry={() => void pages.refetch()} />
        ) : pages.data === undefined ? (
          <div className="grid grid-cols-1 gap-4 p-3.5" aria-busy>
            {["w-80", "w-96", "w-64", "w-72", "w-80", "w-60"].map((width, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
              <Skeleton key={index} className={width} />
            ))}
          </div>
        ) : events.length === 0 ? (
          <EmptyState
            icon={History}
            title={t(`empty.${filter.span}`)}
            actions={
              filter.span === "all" ? undefined : (
                <Button onClick={() => change({ span: "all", at: null })}>{t("showAll")}</Button>
              )
            }
          >
            {t("emptyNext")}
          </EmptyState>
        ) : (
          <ChangesList events={events} at={filter.span === "around" ? filter.at : null} />
        )}
      </Card>
      {pages.hasNextPage ? (
        <Button className="justify-self-center" onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
          {t("loadMore")}
        </Button>
      ) : null}
    </div>
  );
}
