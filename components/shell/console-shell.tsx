"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useQueryState } from "nuqs";
import { type ReactNode, useState } from "react";
import { RollbackBar } from "@/components/rollback/rollback-bar";
import { LiveRegion } from "@/components/ui/live-region";
import { HealthBanner } from "./health-banner";
import { Nav, TabBar } from "./nav";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

const CommandPalette = dynamic(() => import("./command-palette").then((module) => module.CommandPalette), { ssr: false });
const DeploySheet = dynamic(() => import("@/components/deploy/deploy-sheet").then((module) => module.DeploySheet), {
  ssr: false,
});
const KeysDialog = dynamic(() => import("./keys-dialog").then((module) => module.KeysDialog), { ssr: false });

/** The frame around every page: navigation, top bar, what the whole console has to say, and the keys. */
export function ConsoleShell({ children }: { children: ReactNode }) {
  const t = useTranslations("shell");
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const [deploy] = useQueryState("deploy");
  useShortcuts({ palette: () => setOpen("palette"), keys: () => setOpen("keys") });
  return (
    <div className="grid min-h-dvh grid-cols-[200px_minmax(0,1fr)] max-sm:grid-cols-[minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-panel focus:px-3 focus:py-1.5 focus:shadow-pop"
      >
        {t("skip")}
      </a>
      <Nav />
      <div className="min-w-0">
        <TopBar onSearch={() => setOpen("palette")} />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto grid max-w-[1480px] grid-cols-[minmax(0,1fr)] gap-4 px-6 pt-5 pb-24 max-sm:px-3.5 max-sm:pt-3.5 max-sm:pb-36"
        >
          <HealthBanner />
          {children}
        </main>
      </div>
      <RollbackBar />
      <TabBar />
      {deploy === null ? null : <DeploySheet />}
      <LiveRegion />
      {open === "palette" ? <CommandPalette onClose={() => setOpen(null)} onKeys={() => setOpen("keys")} /> : null}
      {open === "keys" ? <KeysDialog onClose={() => setOpen(null)} /> : null}
    </div>
  );
}
