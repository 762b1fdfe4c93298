"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { NamedRollbackButton } from "@/components/rollback/named-rollback-button";
import { useSentences } from "@/components/sentences/use-sentences";
import { ConditionChip } from "@/components/states/chips";
import { ButtonLink } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { RelativeTime } from "@/components/ui/relative-time";
import { RowsWaiting } from "@/components/ui/rows-waiting";
import { Table } from "@/components/ui/table";
import { useSettledRows } from "@/components/ui/use-settled-rows";
import type { AttentionWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";

/** Instances that are not as they should be. `held`: someone points at what stands below, so nothing is inserted. */
export function Attention({ items, total, held }: { items: readonly AttentionWire[]; total: number; held: boolean }) {
  const t = useTranslations("fleet.attention");
  const settled = useSettledRows(items, (item) => item.instance_id, held);
  if (settled.rows.length === 0) return null;
  return (
    <Card aria-labelledby="attention" className="overflow-hidden" {...settled.hold}>
      <CardHeader id="attention" title={t("title")}>
        <RowsWaiting count={settled.waiting} onShow={settled.show} />
        {total}
      </CardHeader>
      <Table>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t("state")}</th>
            <th scope="col">{t("instance")}</th>
            <th scope="col">{t("detail")}</th>
            <th scope="col">{t("actions")}</th>
          </tr>
        </thead>
        <tbody>
          {settled.rows.map((item) => (
            <AttentionRow key={item.instance_id} item={item} />
          ))}
          {total > settled.rows.length ? (
            <tr>
              <td colSpan={4} className="text-ink-3">
                {t("more", { count: total - settled.rows.length })}
              </td>
            </tr>
          ) : null}
        </tbody>
      </Table>
    </Card>
  );
}

function AttentionRow({ item }: { item: AttentionWire }) {
  const t = useTranslations("fleet.attention");
  const sentences = useSentences();
  const canGoBack = item.rollback_target !== null && item.condition !== "drift";
  return (
    <tr data-row tabIndex={-1}>
      <td className="w-px">
        <ConditionChip condition={item.condition} />
      </td>
      <td className="w-px max-sm:justify-self-end">
        <Link href={path`/instances/${item.instance_id}`} className="rounded-sm font-semibold hover:underline">
          {item.instance_id}
        </Link>{" "}
        <span className="font-mono text-ink-2 text-xs">{item.version}</span>
      </td>
      <td className="wide max-w-0 truncate text-ink-2">
        {sentences.answer(item.detail)}
        {item.since === null ? null : (
          <>
            {" · "}
            <RelativeTime at={item.since} style="for" />
          </>
        )}
      </td>
      <td className="act num w-px" data-popover-anchor>
        {canGoBack && item.rollback_target !== null ? (
          <NamedRollbackButton
            service={item.service}
            targetVersion={item.rollback_target}
            instances={[item.instance_id]}
            className="max-sm:h-10 max-sm:w-full"
          />
        ) : (
          <ButtonLink size="sm" href={path`/instances/${item.instance_id}`} className="max-sm:h-10 max-sm:w-full">
            {t("look")}
          </ButtonLink>
        )}
      </td>
    </tr>
  );
}
