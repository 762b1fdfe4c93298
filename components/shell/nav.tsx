"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";
import { BrandMark } from "./brand";
import { PLACES, placeOf } from "./places";

/** The navigation on the left. */
export function Nav() {
  const t = useTranslations("shell");
  const here = placeOf(usePathname());
  return (
    <nav
      aria-label={t("nav")}
      className="sticky top-0 flex h-dvh flex-col gap-0.5 border-line border-r bg-panel px-2.5 py-3.5 max-sm:hidden"
    >
      <Link href="/" className="mb-2.5 flex items-center gap-2 rounded-md px-2 py-0.5 font-semibold text-base">
        <BrandMark className="size-5" />
        {t("brand")}
      </Link>
      {PLACES.map((place) => (
        <Link
          key={place.key}
          href={place.href}
          aria-current={here?.key === place.key ? "page" : undefined}
          className={cn(
            "flex items-center gap-2.5 rounded-md px-2 py-1.5 text-ink-2 hover:text-ink aria-[current]:bg-sunken aria-[current]:font-[550] aria-[current]:text-ink",
            place.key === "settings" && "mt-auto",
          )}
        >
          <place.icon aria-hidden className="size-4 text-ink-3" strokeWidth={1.75} />
          {t(`places.${place.key}`)}
        </Link>
      ))}
    </nav>
  );
}

/** The same, at the bottom of narrow screens. */
export function TabBar() {
  const t = useTranslations("shell");
  const here = placeOf(usePathname());
  return (
    <nav
      aria-label={t("nav")}
      className="fixed inset-x-0 bottom-0 z-30 flex h-[calc(52px+env(safe-area-inset-bottom))] border-line border-t bg-panel pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {PLACES.map((place) => (
        <Link
          key={place.key}
          href={place.href}
          aria-current={here?.key === place.key ? "page" : undefined}
          className="grid flex-1 content-center justify-items-center gap-0.5 text-[11px] text-ink-2 leading-4 focus-visible:-outline-offset-2 aria-[current]:font-semibold aria-[current]:text-ink"
        >
          <place.icon aria-hidden className="size-[18px]" strokeWidth={1.75} />
          {t(`places.${place.key}`)}
        </Link>
      ))}
    </nav>
  );
}
