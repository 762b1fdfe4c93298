"use client";

import { useTranslations } from "next-intl";
import { ButtonLink } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";

export default function ConsoleError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations("shell.broken");
  return (
    <div className="grid min-h-[60vh] place-items-center">
      <ErrorState
        happened={t("happened")}
        now={t("now")}
        next={error.digest === undefined ? undefined : t("digest", { digest: error.digest })}
        onRetry={reset}
        actions={<ButtonLink href="/">{t("home")}</ButtonLink>}
      />
    </div>
  );
}
