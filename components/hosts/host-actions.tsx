"use client";

import { Archive, CirclePlay, MoreHorizontal, PauseCircle, Stethoscope } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import type { HostWire } from "@/lib/api/contract";
import type { Question } from "./host-question";

const HostQuestion = dynamic(() => import("./host-question").then((module) => module.HostQuestion), { ssr: false });

const KnownHostCheck = dynamic(() => import("./known-host-check").then((module) => module.KnownHostCheck), { ssr: false });

/** What can be done with a host: each asks first, and says what it means for what runs there. */
export function HostActions({ host }: { host: HostWire }) {
  const t = useTranslations("hosts.actions");
  const [asking, setAsking] = useState<Question | "check" | null>(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton size="sm" label={t("more", { host: host.name })} className="max-sm:size-10">
            <MoreHorizontal aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onClick={() => setAsking("check")}>
          <Stethoscope aria-hidden />
          {t("check.do")}…
        </MenuItem>
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
      {asking === "check" ? (
        <KnownHostCheck host={host} onClose={() => setAsking(null)} />
      ) : asking === null ? null : (
        <HostQuestion host={host} question={asking} onClose={() => setAsking(null)} />
      )}
    </>
  );
}
