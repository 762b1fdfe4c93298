"use client";

import { useTranslations } from "next-intl";
import { Button } from "./button";

/** "3 changes, show": over the rows that are kept still. Its room is always there, so that nothing moves when it comes. */
export function RowsWaiting({ count, onShow }: { count: number; onShow: () => void }) {
  const t = useTranslations("ui");
  return (
    <Button
      size="sm"
      variant="quiet"
      onClick={onShow}
      className={count === 0 ? "invisible" : undefined}
      aria-hidden={count === 0}
      tabIndex={count === 0 ? -1 : undefined}
    >
      {t("waitingRows", { count: Math.max(1, count) })}
    </Button>
  );
}
