"use client";

import { Boxes } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";

/** Nothing is here yet: how to begin, or that the demo is on its way. */
export function EmptyFleet({ demo, hosts, onAdd }: { demo: boolean; hosts: number; onAdd: () => void }) {
  const t = useTranslations("fleet.empty");
  if (demo) {
    return (
      <Card>
        <EmptyState icon={Boxes} title={t("demoTitle")}>
          {t("demoNow")}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card>
      <EmptyState
        icon={Boxes}
        title={t("title")}
        actions={
          hosts === 0 ? (
            <ButtonLink variant="primary" href="/hosts?add=true">
              {t("addHost")}
            </ButtonLink>
          ) : (
            <Button variant="primary" onClick={onAdd}>
              {t("add")}
            </Button>
          )
        }
      >
        <ol className="mt-2 grid list-inside list-decimal gap-1 text-left">
          <li>
            {t("step1")} {hosts === 0 ? null : <span className="text-ok">{t("hostsThere", { count: hosts })}</span>}
          </li>
          <li>{t("step2")}</li>
          <li>{t("step3")}</li>
          <li>{t("step4")}</li>
        </ol>
      </EmptyState>
    </Card>
  );
}
