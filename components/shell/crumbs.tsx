"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { MiddleEllipsis } from "@/components/ui/middle-ellipsis";
import { placeOf } from "./places";

/** Where one is: the page of the navigation, and the thing that is looked at. */
export function Crumbs() {
  const t = useTranslations("shell");
  const pathname = usePathname();
  const place = placeOf(pathname);
  if (place === null) return <div className="flex-1" />;
  const thing = pathname.split("/")[2];
  const name = t(`places.${place.key}`);
  return (
    <ol aria-label={t("crumbs")} className="flex min-w-0 flex-1 items-center gap-1.5 text-ink-3">
      {thing === undefined ? (
        <li aria-current="page" className="font-[550] text-ink">
          {name}
        </li>
      ) : (
        <>
          <li>
            <Link href={place.href} className="whitespace-nowrap rounded-sm hover:text-ink">
              {name}
            </Link>
          </li>
          <li aria-hidden>/</li>
          <li aria-current="page" className="flex min-w-0 font-[550] text-ink">
            <MiddleEllipsis text={decodeURIComponent(thing)} />
          </li>
        </>
      )}
    </ol>
  );
}
