"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes, SearchX, Server } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, useQueryState } from "nuqs";
import { LabelFilter } from "@/components/labels/label-filter";
import { labelWords } from "@/components/labels/label-words";
import { hasLabel, useLabelFilter } from "@/components/labels/use-label-filter";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { CONTROL } from "@/components/ui/field";
import { SkeletonRows } from "@/components/ui/skeleton";
import { HIDE_BELOW_LG, Table } from "@/components/ui/table";
import type { HostWire } from "@/lib/api/contract";
import { hostsQuery } from "@/lib/client/queries/fleet";
import { overviewQuery } from "@/lib/client/queries/services";
import { HostRow } from "./host-row";

const AddHostSheet = dynamic(() => import("./add-host-sheet").then((module) => module.AddHostSheet), { ssr: false });

const AddManySheet = dynamic(() => import("./many/add-many-sheet").then((module) => module.AddManySheet), { ssr: false });

/** Every host: whether it can be reached, and what runs there. */
export function HostsPage() {
  const t = useTranslations("hosts");
  const sentences = useSentences();
  const hosts = useQuery(hostsQuery());
  const [text, setText] = useQueryState(
    "text",
    parseAsString.withDefault("").withOptions({ history: "replace", throttleMs: 100 }),
  );
  const overview = useQuery(overviewQuery());
  const [adding, setAdding] = useQueryState("add", parseAsBoolean.withDefault(false));
  const [addingMany, setAddingMany] = useQueryState("many", parseAsBoolean.withDefault(false));
  const isFirstStep = (hosts.data ?? []).length > 0 && overview.data?.totals.services === 0;
  const [label] = useLabelFilter();
  const found = (hosts.data ?? []).filter((host) => hasLabel(host.labels, label) && matches(host, text));
  const away = (hosts.data ?? []).filter((host) => host.reachable === false).length;
  return (
    <div className="grid gap-4">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div className="grid gap-0.5">
          <h1>{t("title")}</h1>
          <p className="min-h-5 text-ink-2">
            {hosts.data === undefined || hosts.data.length === 0 ? null : t("summary", { count: hosts.data.length, away })}
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
        <ErrorState happened={sentences.problem(hosts.error)} onRetry={() => void hosts.refetch()} />
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
          <search className="flex flex-wrap items-center gap-3">
            <input
              data-page-filter
              aria-label={t("filter")}
              placeholder={t("filter")}
              value={text}
              onChange={(event) => void setText(event.target.value === "" ? null : event.target.value)}
              className={cn(CONTROL, "h-[30px] w-64! max-sm:h-10 max-sm:w-full!")}
            />
            <LabelFilter all={(hosts.data ?? []).map((host) => host.labels)} />
            <span className="whitespace-nowrap text-ink-3">
              {text === "" && label === null ? null : t("matched", { count: found.length })}
            </span>
          </search>
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

function matches(host: HostWire, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  const words = [
    host.name,
    host.address,
    host.zone ?? "",
    ...labelWords(host.labels),
    ...host.instances.flatMap((each) => [each.instance_id, each.service, each.version]),
  ];
  return words.some((word) => word.toLowerCase().includes(wanted));
}
