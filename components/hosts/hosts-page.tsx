"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes, SearchX, Server } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState, useQueryStates } from "nuqs";
import { hasLabel, useLabelFilter } from "@/components/labels/use-label-filter";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { HIDE_BELOW_LG, Table } from "@/components/ui/table";
import { hostsQuery } from "@/lib/client/queries/fleet";
import { overviewQuery } from "@/lib/client/queries/services";
import { conditionOf, hostParams, matches } from "./host-filter";
import { HostFilters } from "./host-filters";
import { HostRow } from "./host-row";

const AddHostSheet = dynamic(() => import("./add-host-sheet").then((module) => module.AddHostSheet), { ssr: false });

const AddManySheet = dynamic(() => import("./many/add-many-sheet").then((module) => module.AddManySheet), { ssr: false });

/** Every host: whether it can be reached, and what runs there. */
export function HostsPage() {
  const t = useTranslations("hosts");
  const sentences = useSentences();
  const hosts = useQuery(hostsQuery());
  const [{ text, state }] = useQueryStates(hostParams);
  const overview = useQuery(overviewQuery());
  const [adding, setAdding] = useQueryState("add", parseAsBoolean.withDefault(false));
  const [addingMany, setAddingMany] = useQueryState("many", parseAsBoolean.withDefault(false));
  const isFirstStep = (hosts.data ?? []).length > 0 && overview.data?.totals.services === 0;
  const [label] = useLabelFilter();
  const isNarrowed = text !== "" || label !== null || state !== null;
  const found = (hosts.data ?? []).filter(
    (host) => hasLabel(host.labels, label) && matches(host, text) && (state === null || conditionOf(host) === state),
  );
  const away = (hosts.data ?? []).filter((host) => host.reachable === false).length;
  const unasked = (hosts.data ?? []).filter((host) => host.reachable === null).length;
  return (
    <div className="grid gap-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div className="grid gap-0.5">
          <h1>{t("title")}</h1>
          <p className="min-h-5 text-ink-2">
            {hosts.data === undefined || hosts.data.length === 0
              ? null
              : t("summary", { count: hosts.data.length, away, unasked })}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setAddingMany(true)}>{t("addMany")}</Button>
          <Button onClick={() => setAdding(true)}>{t("addHost")}</Button>
        </div>
      </header>
      {isFirstStep ? (
        <Banner
          tone="off"
          icon={Boxes}
          title={t("next.title")}
          actions={
            <ButtonLink size="sm" variant="primary" href="/?add=true">
              {t("next.do")}
            </ButtonLink>
          }
        >
          {t("next.means")}
        </Banner>
      ) : null}
      {hosts.isError && hosts.data === undefined ? (
        <ErrorState happened={sentences.unread(hosts.error)} onRetry={() => void hosts.refetch()} />
      ) : hosts.data?.length === 0 ? (
        <Card>
          <EmptyState
            icon={Server}
            title={t("none")}
            actions={
              <>
                <Button variant="primary" onClick={() => setAdding(true)}>
                  {t("addFirst")}
                </Button>
                <Button onClick={() => setAddingMany(true)}>{t("addMany")}</Button>
              </>
            }
          >
            {t("noneNext")}
          </EmptyState>
        </Card>
      ) : (
        <>
          <HostFilters all={hosts.data ?? []} shown={isNarrowed ? found.length : null} />
          <Card className="overflow-x-auto">
            {hosts.data !== undefined && found.length === 0 ? (
              <EmptyState icon={SearchX} title={t("noMatch")} />
            ) : (
              <Table>
                <thead>
                  <tr>
                    <th>{t("column.host")}</th>
                    <th>{t("column.state")}</th>
                    <th className={HIDE_BELOW_LG}>{t("column.address")}</th>
                    <th className={HIDE_BELOW_LG}>{t("column.zone")}</th>
                    <th>{t("column.answered")}</th>
                    <th>{t("column.runs")}</th>
                    <th className="act w-px">
                      <span className="sr-only">{t("column.actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {hosts.data === undefined ? (
                    <SkeletonRows rows={12} columns={7} />
                  ) : (
                    found.map((host) => <HostRow key={host.name} host={host} />)
                  )}
                </tbody>
              </Table>
            )}
          </Card>
        </>
      )}
      {adding ? <AddHostSheet onClose={() => setAdding(null)} /> : null}
      {addingMany ? <AddManySheet onClose={() => setAddingMany(null)} /> : null}
    </div>
  );
}
