"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button, ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import type { HostWire, instancePage } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { problemsOf } from "@/lib/client/field-problems";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";
import { hostsQuery } from "@/lib/client/queries/fleet";
import { AddInstancesFields } from "./add-instances-fields";
import { firstWish, MOST_INSTANCES, plannedInstances, takesInstances } from "./instance-plan";

/** New instances of a service: on which hosts, how many on each, from which port. They wait for their first version. */
export function AddInstancesSheet({ service, onClose }: { service: string; onClose: () => void }) {
  const t = useTranslations("services.add");
  const sentences = useSentences();
  const hosts = useQuery(hostsQuery());
  if (hosts.data?.some(takesInstances) === true) {
    return <OpenSheet service={service} hosts={hosts.data} onClose={onClose} />;
  }
  return (
    <Sheet open onOpenChange={(open) => open || onClose()} title={t("title", { service })} description={t("means")}>
      {hosts.data !== undefined ? (
        <EmptyState
          icon={Server}
          title={t("noHosts")}
          actions={
            <ButtonLink variant="primary" href="/hosts?add=true">
              {t("addHost")}
            </ButtonLink>
          }
        >
          {t("noHostsMeans")}
        </EmptyState>
      ) : hosts.isError ? (
        <ErrorState happened={sentences.unread(hosts.error)} onRetry={() => void hosts.refetch()} />
      ) : (
        <div className="grid grid-cols-1 gap-4" aria-busy>
          <Skeleton className="h-24" />
          <Skeleton className="h-12" />
        </div>
      )}
    </Sheet>
  );
}

function OpenSheet({ service, hosts, onClose }: { service: string; hosts: readonly HostWire[]; onClose: () => void }) {
  const t = useTranslations("services.add");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const client = useQueryClient();
  const form = useId();
  const [wish, setWish] = useState(() => firstWish(service, hosts));
  const planned = plannedInstances(wish, hosts);
  const add = useMutation({
    mutationFn: () => api.post<Answer<typeof instancePage>>(path`/services/${service}/instances`, { instances: planned }),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.service.all(service) }),
        client.invalidateQueries({ queryKey: keys.hosts }),
      ]);
      onClose();
    },
  });
  const fits = planned.length > 0 && planned.length <= MOST_INSTANCES;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits && !add.isPending) add.mutate();
  };
  return (
    <Sheet
      open
      onOpenChange={(open) => open || onClose()}
      title={t("title", { service })}
      description={t("means")}
      footer={
        <>
          <Button className="ml-auto" onClick={onClose}>
            {ui("cancel")}
          </Button>
          <Button type="submit" form={form} variant="primary" disabled={!fits} aria-busy={add.isPending}>
            {t("do", { count: planned.length })}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4">
        {add.error === null ? null : <Banner tone="bad" role="alert" title={sentences.problem(add.error)} />}
        <AddInstancesFields wish={wish} hosts={hosts} planned={planned} problems={problemsOf(add.error)} onChange={setWish} />
      </form>
    </Sheet>
  );
}
