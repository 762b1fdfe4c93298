"use client";

import { useTranslations } from "next-intl";
import { ButtonLink } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";

interface BrokenPageProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/** In the place of a page whose own code failed: what is true, what to do next, and the word by which the log is searched. */
export function BrokenPage({ error, reset }: BrokenPageProps) {
  const t = useTranslations("shell.broken");
  // The server is away, or the page was open through an upgrade and asks for code that is not there any more. What failed to load
  // is not asked for again: only the whole page anew has all of it.
  const lacksPart = error.name === "ChunkLoadError";
  return (
    <div className="grid min-h-[60vh] place-items-center">
      <ErrorState
        happened={t(lacksPart ? "partHappened" : "happened")}
        now={t(lacksPart ? "partNow" : "now")}
        next={error.digest === undefined ? undefined : t("digest", { digest: error.digest })}
        onRetry={lacksPart ? () => window.location.reload() : reset}
        actions={<ButtonLink href="/">{t("home")}</ButtonLink>}
      />
    </div>
  );
}
