"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, CirclePlay, MoreHorizontal, PauseCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { type HostWire, host as hostSchema } from "@/lib/api/contract";
import { api, nothing } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

type Question = "drain" | "open" | "retire";

/** What can be done with a host: each asks first, and says what it means for what runs there. */
export function HostActions({ host }: { host: HostWire }) {
  const t = useTranslations("hosts.actions");
  const [asking, setAsking] = useState<Question | null>(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton size="sm" label={t("more", { host: host.name })} className="max-sm:size-10">
            <MoreHorizontal aria-hidden />
          </IconButton>
        }
      >
        {host.state === "draining" ? (
          <MenuItem onClick={() => setAsking("open")}>
            <CirclePlay aria-hidden />
            {t("open.do")}…
          </MenuItem>
        ) : (
          <MenuItem onClick={() => setAsking("drain")}>
            <PauseCircle aria-hidden />
            {t("drain.do")}…
          </MenuItem>
        )}
        <MenuItem onClick={() => setAsking("retire")}>
          <Archive aria-hidden />
          {t("retire.do")}…
        </MenuItem>
      </Menu>
      {asking === null ? null : <HostQuestion host={host} question={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function HostQuestion({ host, question, onClose }: { host: HostWire; question: Question; onClose: () => void }) {
  const t = useTranslations("hosts.actions");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: async () => {
      const at = path`/hosts/${host.name}`;
      if (question === "retire") await api.delete(nothing, at);
      else await api.put(hostSchema, at, { state: question === "drain" ? "draining" : "active" });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.hosts });
      onClose();
    },
  });
  const carries = host.instances.length;
  const blocked = question === "retire" && carries > 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t(`${question}.title`, { host: host.name })}
      description={t(`${question}.means`, { count: carries })}
      footer={
        <>
          <Button onClick={onClose}>{ui("cancel")}</Button>
          <Button
            variant={question === "retire" ? "danger" : "primary"}
            disabled={blocked || change.isPending}
            aria-busy={change.isPending}
            onClick={() => change.mutate()}
          >
            {t(`${question}.do`)}
          </Button>
        </>
      }
    >
      {change.isError ? <Banner tone="bad" role="alert" title={sentences.problem(change.error)} /> : null}
    </Dialog>
  );
}
