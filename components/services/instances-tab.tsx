"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState, useQueryStates } from "nuqs";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RowsWaiting } from "@/components/ui/rows-waiting";
import { useSettledRows } from "@/components/ui/use-settled-rows";
import type { ServiceWire } from "@/lib/api/contract";
import { instanceParams, instancesQuery, selectionParam } from "./instance-filter";
import { InstanceFilters } from "./instance-filters";
import { InstancesTable } from "./instances-table";
import { SelectedActions } from "./selected-actions";

const AddInstancesSheet = dynamic(() => import("./add-instances-sheet").then((module) => module.AddInstancesSheet), {
  ssr: false,
});

/** The service's instances: filtered by the server, any number of them, some selected. */
export function InstancesTab({ service }: { service: ServiceWire }) {
  const t = useTranslations("services.instances");
  const sentences = useSentences();
  const [filter] = useQueryStates(instanceParams);
  const [selected, setSelected] = useQueryState("sel", selectionParam);
  const [adding, setAdding] = useQueryState("add", parseAsBoolean.withDefault(false));
  const query = useInfiniteQuery(instancesQuery(service.name, filter));
  const found = query.data?.pages.flatMap((page) => page.items) ?? [];
  const settled = useSettledRows(found, (instance) => instance.instance_id);
  const last = query.data?.pages.at(-1);
  if (query.error !== null && query.data === undefined) {
    return <ErrorState happened={t("failed")} now={sentences.unread(query.error)} onRetry={() => query.refetch()} />;
  }
  const isSameQuestion = !query.isPlaceholderData;
  const more = () => {
    if (query.hasNextPage && !query.isFetchingNextPage) query.fetchNextPage().catch(reportError);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <InstanceFilters
          service={service}
          hosts={[...new Set(found.map((instance) => instance.host))].sort()}
          counts={last === undefined ? null : { matched: last.matched, total: last.total }}
        />
        <span className="ml-auto flex min-h-[30px] flex-wrap items-center justify-end gap-2">
          <RowsWaiting count={settled.waiting} onShow={settled.show} />
          <SelectedActions service={service.name} selected={selected} onClear={() => setSelected(null)} />
          {selected.length === 0 && service.instances > 0 ? <Button onClick={() => setAdding(true)}>{t("add")}</Button> : null}
        </span>
      </div>
      <InstancesTable
        rows={query.data === undefined ? undefined : settled.waiting > 0 && isSameQuestion ? settled.rows : found}
        dimmed={query.isPlaceholderData}
        selected={selected}
        onSelect={(next) => setSelected(next.length === 0 ? null : [...next])}
        onEnd={more}
        hold={settled.hold}
        service={service}
        onAdd={() => setAdding(true)}
      />
      {adding ? <AddInstancesSheet service={service.name} onClose={() => setAdding(null)} /> : null}
    </div>
  );
}
