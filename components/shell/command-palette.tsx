"use client";

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { ArrowRightLeft, Box, Boxes, Keyboard, Rocket, Search, Server, SunMoon, Tag } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { type ReactNode, useDeferredValue, useState } from "react";
import type { SearchHitWire } from "@/lib/api/contract";
import { overviewQuery } from "@/lib/client/queries/services";
import { PLACES } from "./places";
import { pageOf, searchQuery } from "./search-query";

const ICON = { service: Boxes, instance: Box, version: Tag, rollout: ArrowRightLeft, host: Server } as const;
const ITEM =
  "flex min-h-8 items-center gap-2.5 rounded-md px-2.5 py-1 data-[selected=true]:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3";
const GROUP =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3";

/** ⌘K: any service, instance, version, rollout, host, page or action. */
export function CommandPalette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const t = useTranslations("shell");
  const router = useRouter();
  const pathname = usePathname();
  const [text, setText] = useState("");
  const asked = useDeferredValue(text.trim());
  const found = useQuery(searchQuery(asked));
  const go = (href: string) => {
    onClose();
    router.push(href);
  };
  const matches = (label: string) => asked === "" || label.toLowerCase().includes(asked.toLowerCase());
  const service = pathname.startsWith("/services/") ? pathname.split("/")[2] : undefined;
  const places = PLACES.map((place) => ({ ...place, label: t(`places.${place.key}`) })).filter((place) => matches(place.label));
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 w-[min(600px,calc(100vw-16px))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-panel shadow-sheet outline-none max-sm:top-2">
          <Dialog.Title className="sr-only">{t("search")}</Dialog.Title>
          <Command shouldFilter={false} loop label={t("search")}>
            <div className="flex items-center gap-2.5 border-line border-b px-4">
              <Search aria-hidden className="size-4 text-ink-3" />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder={t("search")}
                className="h-12 w-full bg-transparent text-base outline-none placeholder:text-ink-3"
              />
            </div>
            <Command.List className="max-h-[min(420px,60vh)] overflow-auto p-1.5">
              <Command.Empty className="px-2.5 py-6 text-center text-ink-3">
                {found.isFetching ? t("palette.looking") : t("palette.nothing", { text: asked })}
              </Command.Empty>
              {asked === "" ? <LiveNow onGo={go} /> : <Hits hits={found.data?.items ?? []} onGo={go} />}
              <Command.Group heading={t("palette.pages")} className={GROUP}>
                {places.map((place) => (
                  <Item
                    key={place.key}
                    value={`page ${place.key}`}
                    onSelect={() => go(place.href)}
                    icon={<place.icon aria-hidden />}
                  >
                    {place.label}
                  </Item>
                ))}
              </Command.Group>
              <Command.Group heading={t("palette.actions")} className={GROUP}>
                {service !== undefined && matches(t("palette.deploy", { service })) ? (
                  <Item value="action deploy" onSelect={() => go(`${pathname}?deploy=${service}`)} icon={<Rocket aria-hidden />}>
                    {t("palette.deploy", { service: decodeURIComponent(service) })}
                  </Item>
                ) : null}
                {matches(t("palette.keys")) ? (
                  <Item value="action keys" onSelect={onKeys} icon={<Keyboard aria-hidden />}>
                    {t("palette.keys")}
                  </Item>
                ) : null}
                <ThemeItem shown={matches(t("palette.theme"))} onDone={onClose} />
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Item({ icon, children, ...props }: { value: string; onSelect: () => void; icon: ReactNode; children: ReactNode }) {
  return (
    <Command.Item className={ITEM} {...props}>
      {icon}
      <span className="flex min-w-0 flex-1 items-baseline gap-2 truncate">{children}</span>
    </Command.Item>
  );
}

function ThemeItem({ shown, onDone }: { shown: boolean; onDone: () => void }) {
  const t = useTranslations("shell.palette");
  const { resolvedTheme, setTheme } = useTheme();
  const change = () => {
    setTheme(resolvedTheme === "dark" ? "light" : "dark");
    onDone();
  };
  if (!shown) return null;
  return (
    <Item value="action theme" onSelect={change} icon={<SunMoon aria-hidden />}>
      {t("theme")}
    </Item>
  );
}

function Hits({ hits, onGo }: { hits: readonly SearchHitWire[]; onGo: (href: string) => void }) {
  const t = useTranslations("shell.palette");
  if (hits.length === 0) return null;
  return (
    <Command.Group heading={t("found")} className={GROUP}>
      {hits.map((hit) => {
        const Icon = ICON[hit.kind];
        return (
          <Item
            key={`${hit.kind} ${hit.service} ${hit.id}`}
            value={`${hit.kind} ${hit.service} ${hit.id}`}
            onSelect={() => onGo(pageOf(hit))}
            icon={<Icon aria-hidden />}
          >
            <span className={hit.kind === "service" || hit.kind === "host" ? undefined : "font-mono text-xs"}>{hit.id}</span>
            <span className="text-ink-3 text-xs">
              {hit.service === null || hit.kind === "service"
                ? t(`kind.${hit.kind}`)
                : `${t(`kind.${hit.kind}`)} · ${hit.service}`}
            </span>
          </Item>
        );
      })}
    </Command.Group>
  );
}

/** Before one types: what is under way. */
function LiveNow({ onGo }: { onGo: (href: string) => void }) {
  const t = useTranslations("shell.palette");
  const { data } = useQuery(overviewQuery());
  if (data === undefined || data.live.length === 0) return null;
  return (
    <Command.Group heading={t("live")} className={GROUP}>
      {data.live.map((rollout) => (
        <Item
          key={rollout.id}
          value={`live ${rollout.id}`}
          onSelect={() => onGo(`/rollouts/${encodeURIComponent(rollout.id)}`)}
          icon={<ArrowRightLeft aria-hidden />}
        >
          {rollout.service}
          <span className="font-mono text-ink-3 text-xs">
            {rollout.from_versions[0] ?? "–"} → {rollout.to_versions[0] ?? rollout.version}
          </span>
        </Item>
      ))}
    </Command.Group>
  );
}
