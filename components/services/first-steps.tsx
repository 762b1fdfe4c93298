"use client";

import { Rocket } from "lucide-react";
import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { deployParams } from "@/components/states/deploy-link";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import type { ServiceWire } from "@/lib/api/contract";

/** A service whose instances wait for their first version: what is to be done next. Nothing otherwise. */
export function FirstSteps({ service }: { service: ServiceWire }) {
  const t = useTranslations("services");
  const [, setDeploy] = useQueryStates(deployParams);
  const isNew = service.instances > 0 && service.last_rollout === null && service.live.length === 0;
  if (!isNew) return null;
  return (
    <Banner
      tone="off"
      icon={Rocket}
      title={t("first.title")}
      actions={
        <Button size="sm" onClick={() => setDeploy({ deploy: service.name, instances: null, version: null })}>
          {t("first.do")}
        </Button>
      }
    >
      {t("first.means")}
    </Banner>
  );
}
