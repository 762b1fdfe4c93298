"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { RollbackNotice } from "@/components/rollback/rollback-notice";
import { useStarted } from "@/components/rollback/started";
import { useSentences } from "@/components/sentences/use-sentences";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { useHold, useSteady } from "@/components/ui/use-hold";
import type { ServiceDetailWire } from "@/lib/api/contract";
import { serviceQuery } from "@/lib/client/queries/services";
import { FirstSteps } from "./first-steps";
import { HoldBanner } from "./hold-banner";
import { InstancesTab } from "./instances-tab";
import { ServiceHeader } from "./service-header";
import { VersionsOverview } from "./versions-overview";

const VersionsTab = dynamic(() => import("./versions-tab").then((module) => module.VersionsTab), { ssr: false });

const SettingsTab = dynamic(() => import("./settings-tab").then((module) => module.SettingsTab), { ssr: false });

const RolloutsTab = dynamic(() => import("./rollouts-tab").then((module) => module.RolloutsTab), { ssr: false });

const TABS = ["instances", "versions", "rollouts", "settings"] as const;
type TabName = (typeof TABS)[number];

/** One service: what runs, how it is, what can be done; and everything about it in tabs. */
export function ServicePage({ name }: { name: string }) {
  const t = useTranslations("services");
  const sentences = useSentences();
  const { data, dataUpdatedAt, error, refetch } = useQuery(serviceQuery(name));
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("instances"));
  const below = useHold();
  const isOwnGrace = useOwnGrace(data?.rollback);
  const notices = useSteady(data, below.held || isOwnGrace);
  if (data === undefined) {
    return error === null ? (
      <Loading name={name} />
    ) : (
      <ErrorState happened={sentences.unread(error)} next={t("failedNext")} onRetry={() => refetch()} />
    );
  }
  const counts: Partial<Record<TabName, number>> = { instances: data.instances };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <ServiceHeader service={data} receivedAt={dataUpdatedAt} />
      <RollbackNotice rollback={(notices ?? data).rollback} />
      <HoldBanner service={name} hold={(notices ?? data).hold} />
      <FirstSteps service={data} />
      <VersionsOverview service={data} />
      <div {...below.watch}>
        <Tabs
          label={t("tabs")}
          value={tab}
          onChange={setTab}
          tabs={TABS.map((value) => ({ value, label: t(`tab.${value}`), count: counts[value] }))}
        >
          <TabContent tab={tab} service={data} />
        </Tabs>
      </div>
    </div>
  );
}

/** A rollback that was started here can still be cancelled: until it begins, what it brings with it moves nothing. */
function useOwnGrace(rollback: ServiceDetailWire["rollback"] | undefined): boolean {
  const started = useStarted();
  if (rollback?.state !== "running" || rollback.scheduled_until === null) return false;
  return started.some((each) => each.id === rollback.rollout_id);
}

function TabContent({ tab, service }: { tab: TabName; service: ServiceDetailWire }) {
  switch (tab) {
    case "instances":
      return <InstancesTab service={service} />;
    case "versions":
      return <VersionsTab service={service.name} />;
    case "rollouts":
      return <RolloutsTab service={service.name} />;
    case "settings":
      return <SettingsTab key={service.revision} service={service} />;
    default:
      return tab satisfies never;
  }
}

function Loading({ name }: { name: string }) {
  return (
    <div className="grid grid-cols-1 gap-4" aria-busy>
      <header className="min-h-[52px]">
        <h1>{name}</h1>
        <Skeleton className="mt-2 h-3 w-72" />
      </header>
      <Card className="h-[70px] p-3.5">
        <Skeleton className="h-[18px] w-full" />
      </Card>
      <Skeleton className="h-9 w-80" />
      <Card className="h-96" />
    </div>
  );
}
