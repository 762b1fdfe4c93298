"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { VersionName } from "@/components/ui/version-dot";
import { previewQuery, versionsQuery } from "@/lib/client/queries/services";
import { NamedRollbackButton } from "./named-rollback-button";
import { PlanSkeleton, PlanView } from "./plan-view";

interface RollBackSheetProps {
  readonly service: string;
  readonly instances: readonly string[];
  readonly onClose: () => void;
}

/** Rolls some instances back to a version that one chooses, with the plan in sight. */
export function RollBackSheet({ service, instances, onClose }: RollBackSheetProps) {
  const t = useTranslations("rollback");
  const sentences = useSentences();
  const versions = useQuery(versionsQuery(service));
  const [chosen, setChosen] = useState<string | null>(null);
  const choices = versions.data?.filter((version) => version.withdrawn_at === null) ?? [];
  // Nothing is guessed beyond the obvious: the newest version that is not the newest of all.
  const target = chosen ?? choices[1]?.version ?? choices[0]?.version;
  return (
    <Sheet
      open
      onOpenChange={(open) => open || onClose()}
      title={t("sheet.title", { count: instances.length })}
      description={<span className="line-clamp-2">{instances.join(", ")}</span>}
      footer={
        target === undefined ? undefined : (
          <NamedRollbackButton
            key={target}
            service={service}
            targetVersion={target}
            instances={instances}
            placement="page"
            size="md"
          />
        )
      }
    >
      {versions.isPending ? (
        <Skeleton className="h-8 w-56" />
      ) : versions.error !== null ? (
        <ErrorState happened={sentences.unread(versions.error)} onRetry={() => versions.refetch()} />
      ) : target === undefined ? (
        <p className="text-ink-2">{t("sheet.noVersions")}</p>
      ) : (
        <div className="grid gap-4">
          <Field label={t("sheet.version")}>
            <Select
              value={target}
              onChange={setChosen}
              options={choices.map((version) => ({
                value: version.version,
                label: <VersionName version={version.version} color={version.color} />,
                hint: t("sheet.runsOn", { count: version.instances }),
              }))}
            />
          </Field>
          <Plan key={target} service={service} target={target} instances={instances} />
        </div>
      )}
    </Sheet>
  );
}

function Plan({ service, target, instances }: { service: string; target: string; instances: readonly string[] }) {
  const sentences = useSentences();
  const plan = useQuery(previewQuery({ kind: "rollback", service, target_version: target, instances: [...instances] }));
  if (plan.data !== undefined) return <PlanView plan={plan.data} />;
  return plan.error === null ? <PlanSkeleton /> : <p className="text-bad">{sentences.problem(plan.error)}</p>;
}
