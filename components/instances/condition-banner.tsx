"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { CONDITION_LOOK } from "@/components/states/looks";
import { Banner } from "@/components/ui/banner";
import { Button, ButtonLink } from "@/components/ui/button";
import type { InstanceDetailWire, instanceDetail } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path, search } from "@/lib/client/path";

/** What is wrong with the instance, what is true now, and what a person can do. Nothing when it is well. */
export function ConditionBanner({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances");
  const sentences = useSentences();
  const adopt = useAdopt(instance.instance_id);
  const { condition } = instance;
  // A drifting instance may answer well: what is wrong is which version answers.
  const reason =
    condition === "drift"
      ? { code: "drift", params: { running: instance.running_version, recorded: instance.recorded_version } }
      : instance.detail;
  return (
    <>
      {condition === null ? null : (
        <Banner
          tone={CONDITION_LOOK[condition].tone}
          icon={CONDITION_LOOK[condition].icon}
          role="status"
          title={t("conditionSays", {
            condition: sentences.condition(condition),
            answer: reason === null ? "none" : sentences.answer(reason),
          })}
          actions={
            condition === "drift" ? (
              <>
                <Button size="sm" onClick={() => adopt.mutate()} disabled={adopt.isPending}>
                  {t("adopt", { version: instance.running_version ?? "none" })}
                </Button>
                {instance.recorded_version === null ? null : (
                  <ButtonLink
                    size="sm"
                    scroll={false}
                    href={`${path`/instances/${instance.instance_id}`}${search({ deploy: instance.service_name, version: instance.recorded_version, instances: instance.instance_id })}`}
                  >
                    {t("redeploy", { version: instance.recorded_version })}
                  </ButtonLink>
                )}
              </>
            ) : undefined
          }
        >
          {t(`conditionNext.${condition}`)}
        </Banner>
      )}
      {adopt.isError ? <Banner tone="bad" role="alert" title={sentences.problem(adopt.error)} /> : null}
      {instance.owed === null ? null : (
        <Banner tone="warn" title={t("owed", { version: instance.owed.version, rollout: instance.owed.rollout_id })}>
          {t("owedNext")}
        </Banner>
      )}
    </>
  );
}

/** Takes what runs into the history: from then on it is what is recorded. */
function useAdopt(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Answer<typeof instanceDetail>>(path`/instances/${id}/adopt`, {}),
    onSuccess: (answer) => client.setQueryData(keys.instance.detail(id), answer),
  });
}
