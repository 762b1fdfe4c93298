"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { useCommandKey } from "./platform";

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("shell.keys");
  const command = useCommandKey();
  const rows = [
    { keys: [`${command} K`], says: t("palette") },
    { keys: ["/"], says: t("filter") },
    { keys: ["j", "k"], says: t("move") },
    { keys: ["Enter"], says: t("open") },
    { keys: ["Esc"], says: t("close") },
    { keys: ["?"], says: t("keys") },
  ];
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={t("title")}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2">
        {rows.map((row) => (
          <div key={row.says} className="contents">
            <dt className="flex gap-1">
              {row.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd className="text-ink-2">{row.says}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
