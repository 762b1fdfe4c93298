"use client";

import { useQuery } from "@tanstack/react-query";
import { Loader } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState } from "nuqs";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { useHold } from "@/components/ui/use-hold";
import type { OverviewWire } from "@/lib/api/contract";
import { overviewQuery, servicesQuery } from "@/lib/client/queries/services";
import { Attention } from "./attention";
import { CutOff } from "./cut-off";
import { EmptyFleet } from "./empty-fleet";
import { LiveRollouts } from "./live-rollouts";
import { ServicesTable } from "./services-table";

const AddServiceSheet = dynamic(
  () => import("@/components/service-settings/add-service-sheet").then((module) => module.AddServiceSheet),
  { ssr: false },
);

/** What runs where, whether it is well, and what changed last. */
export function FleetPage() {
  const t = useTranslations("fleet");
  const sentences = useSentences();
  const overview = useQuery(overviewQuery());
  const services = useQuery(servicesQuery());
  const [adding, setAdding] = useQueryState("add", parseAsBoolean.withDefault(false));
  const demo = overview.data?.demo;
  const table = useHold();
  const isEmpty = services.data?.length === 0;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1>{t("title")}</h1>
          <Totals overview={overview.data} />
        </div>
        <Button onClick={() => setAdding(true)}>{t("addService")}</Button>
      </header>
      {demo?.active === true && demo.step !== null ? (
        <Banner tone="busy" icon={Loader} role="status" title={t("demo.title")}>
          {demo.step}
        </Banner>
      ) : null}
      {overview.data === undefined ? null : (
        <>
          <CutOff places={overview.data.cut_off} />
          <LiveRollouts rollouts={overview.data.live} receivedAt={overview.dataUpdatedAt} held={table.held} />
          <Attention items={overview.data.attention} total={overview.data.attention_total} held={table.held} />
        </>
      )}
      {services.error !== null && services.data === undefined ? (
        <ErrorState
          happened={t("failed")}
          now={sentences.unread(services.error)}
          next={t("failedNext")}
          onRetry={() => services.refetch()}
        />
      ) : isEmpty ? (
        <EmptyFleet demo={demo?.active === true} hosts={overview.data?.totals.hosts ?? 0} onAdd={() => setAdding(true)} />
      ) : (
        <div {...table.watch}>
          <ServicesTable services={services.data} receivedAt={services.dataUpdatedAt} />
        </div>
      )}
      {adding ? <AddServiceSheet onClose={() => setAdding(null)} /> : null}
    </div>
  );
}

function Totals({ overview }: { overview: OverviewWire | undefined }) {
  const t = useTranslations("fleet.totals");
  if (overview === undefined) return <Skeleton className="my-1 h-3 w-80" />;
  const { totals } = overview;
  return (
    <p className="text-ink-2">
      {[
        t("services", { count: totals.services }),
        t("instances", { count: totals.instances }),
        t("active", { count: totals.active }),
        ...(totals.pending === 0 ? [] : [t("pending", { count: totals.pending })]),
        ...(totals.error === 0 ? [] : [t("error", { count: totals.error })]),
        t("hosts", { count: totals.hosts }),
      ].join(" · ")}
    </p>
  );
}
