"use client";

import { Boxes } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";

/** Nothing is here yet: how to begin, or that the demo is on its way. */
export function EmptyFleet({ demo, onAdd }: { demo: boolean; onAdd: () => void }) {
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
          <>
            <Button variant="primary" onClick={onAdd}>
              {t("add")}
            </Button>
            <ButtonLink href="/hosts">{t("hosts")}</ButtonLink>
          </>
        }
      >
        <ol className="mt-2 grid list-inside list-decimal gap-1 text-left">
          <li>{t("step1")}</li>
          <li>{t("step2")}</li>
          <li>{t("step3")}</li>
        </ol>
      </EmptyState>
    </Card>
  );
}
