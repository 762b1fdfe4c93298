"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Card, CardHeader } from "@/components/ui/card";
import { Duration } from "@/components/ui/duration";
import { Skeleton } from "@/components/ui/skeleton";
import type { InstanceDetailWire } from "@/lib/api/contract";
import { previewQuery } from "@/lib/client/queries/services";

/** What going back would mean: to which version, whether its files are there, how long it takes, how well it ran. */
export function ReadyCard({ instance, target }: { instance: InstanceDetailWire; target: string }) {
  const t = useTranslations("instances.ready");
  const sentences = useSentences();
  const plan = useQuery(
    previewQuery({ kind: "rollback", service: instance.service_name, target_version: target, instances: [instance.instance_id] }),
  );
  const ran = plan.data?.ran_well.find((each) => each.version === target);
  const there = plan.data?.targets[0]?.release_on_host;
  const bytes = plan.data?.on_hosts.bytes_to_move ?? null;
  const waits = <Skeleton className="my-1 w-24" />;
  return (
    <Card>
      <CardHeader title={t("title")} />
      <dl className="grid grid-cols-[96px_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5 p-3.5 [&_dt]:text-ink-3">
        <dt>{t("to")}</dt>
        <dd className="font-mono text-xs">{target}</dd>
        <dt>{t("files")}</dt>
        <dd>
          {plan.isPending
            ? waits
            : there === true
              ? t("onHost")
              : there === false
                ? bytes === null
                  ? t("toMove")
                  : t("toMoveSize", { size: sentences.size(bytes) })
                : t("notKnown")}
        </dd>
        <dt>{t("takes")}</dt>
        <dd>
          {plan.isPending ? (
            waits
          ) : plan.data?.expected == null ? (
            t("noHistory")
          ) : (
            <Duration seconds={plan.data.expected.median_s} />
          )}
        </dd>
        <dt>{t("ranWell")}</dt>
        <dd>
          {plan.isPending ? (
            waits
          ) : ran === undefined ? (
            t("notKnown")
          ) : ran.errors === 0 ? (
            <Duration seconds={ran.seconds} most={1} />
          ) : (
            t("withErrors", { duration: sentences.span(ran.seconds), errors: ran.errors })
          )}
        </dd>
        {(plan.data?.cautions ?? []).map((caution) => (
          <dd key={caution.code} className="col-span-2 text-warn">
            {sentences.caution(caution)}
          </dd>
        ))}
        {plan.isError ? <dd className="col-span-2 text-bad">{sentences.problem(plan.error)}</dd> : null}
      </dl>
    </Card>
  );
}
