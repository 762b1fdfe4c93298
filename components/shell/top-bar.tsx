"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Kbd } from "@/components/ui/kbd";
import { Crumbs } from "./crumbs";
import { LiveIndicator } from "./live-indicator";
import { LocaleSwitch } from "./locale-switch";
import { useCommandKey } from "./platform";
import { ThemeSwitch } from "./theme-switch";

export function TopBar({ onSearch }: { onSearch: () => void }) {
  const t = useTranslations("shell");
  const command = useCommandKey();
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-3 border-line border-b bg-panel px-6 max-sm:px-3.5">
      <Crumbs />
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Meta+K Control+K"
        className="flex h-[30px] w-[min(300px,28vw)] items-center gap-2 rounded-md border border-line-strong bg-bg pr-1.5 pl-2.5 text-ink-3 hover:bg-sunken max-sm:w-9 max-sm:justify-center max-sm:px-0"
      >
        <Search aria-hidden className="size-3.5 shrink-0" />
        <span className="flex-1 truncate text-left max-sm:sr-only">{t("search")}</span>
        <span aria-hidden className="max-sm:hidden">
          <Kbd>{command} K</Kbd>
        </span>
      </button>
      <LiveIndicator />
      <div className="flex items-center">
        <LocaleSwitch />
        <ThemeSwitch />
      </div>
    </header>
  );
}
