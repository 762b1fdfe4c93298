"use client";

import { Archive, Undo2, X } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryState, useQueryStates } from "nuqs";
import { useState } from "react";
import { deployParams } from "@/components/states/deploy-link";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";

const RetireInstancesDialog = dynamic(
  () => import("@/components/retire/retire-instances-dialog").then((module) => module.RetireInstancesDialog),
  { ssr: false },
);
const RollBackSheet = dynamic(() => import("@/components/rollback/roll-back-sheet").then((module) => module.RollBackSheet), {
  ssr: false,
});

/** What can be done with the selected instances. */
export function SelectedActions({
  service,
  selected,
  onClear,
}: {
  service: string;
  selected: readonly string[];
  onClear: () => void;
}) {
  const t = useTranslations("services.instances");
  const [, setDeploy] = useQueryStates(deployParams);
  const [back, setBack] = useQueryState("back", parseAsBoolean.withDefault(false));
  const [retiring, setRetiring] = useState(false);
  if (selected.length === 0) return null;
  return (
    <>
      <span className="text-ink-2">{t("selected", { count: selected.length })}</span>
      <Button size="sm" onClick={() => setDeploy({ deploy: service, instances: [...selected], version: null })}>
        {t("deployTo", { count: selected.length })}
      </Button>
      <Button size="sm" onClick={() => setBack(true)}>
        <Undo2 aria-hidden />
        {t("rollBack", { count: selected.length })}
      </Button>
      <Button size="sm" onClick={() => setRetiring(true)}>
        <Archive aria-hidden />
        {t("retire", { count: selected.length })}
      </Button>
      <IconButton size="sm" label={t("clear")} onClick={onClear}>
        <X aria-hidden />
      </IconButton>
      {back ? <RollBackSheet service={service} instances={selected} onClose={() => setBack(null)} /> : null}
      {retiring ? <RetireInstancesDialog instances={selected} onClose={() => setRetiring(false)} onDone={onClear} /> : null}
    </>
  );
}
