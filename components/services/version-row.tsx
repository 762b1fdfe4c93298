"use client";

import { Ban, ExternalLink, MoreHorizontal, Rocket, ShieldAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useQueryStates } from "nuqs";
import { useSentences } from "@/components/sentences/use-sentences";
import { deployParams } from "@/components/states/deploy-link";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { CopyButton } from "@/components/ui/copy-button";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { HIDE_BELOW_LG } from "@/components/ui/table";
import { VersionName } from "@/components/ui/version-dot";
import type { VersionWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";

interface VersionRowProps {
  readonly service: string;
  readonly version: VersionWire;
  readonly onWithdraw: () => void;
  readonly onBarrier: () => void;
}

const DIGEST_SHOWN = 12;

export function VersionRow({ service, version, onWithdraw, onBarrier }: VersionRowProps) {
  const t = useTranslations("services.versions");
  const sentences = useSentences();
  const [, setDeploy] = useQueryStates(deployParams);
  const isWithdrawn = version.withdrawn_at !== null;
  return (
    <tr data-row tabIndex={-1}>
      <th scope="row" className="max-w-80">
        <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
          <VersionName
            version={version.version}
            color={version.color}
            className={isWithdrawn ? "text-ink-3 line-through" : undefined}
          />
          {isWithdrawn ? (
            <Chip
              tone="off"
              icon={Ban}
              title={[version.withdrawn_by, version.withdrawn_reason].filter((part) => part !== null).join(": ")}
            >
              {t("withdrawn")}
            </Chip>
          ) : null}
          {version.barrier === null ? null : (
            <Chip tone="warn" icon={ShieldAlert} title={`${version.barrier.by}: ${version.barrier.reason}`}>
              {t("barrier")}
            </Chip>
          )}
        </span>
      </th>
      <td>
        {version.instances === 0 ? (
          <span className="text-ink-3">{t("nowhere")}</span>
        ) : (
          <Link
            href={`${path`/services/${service}`}?on=${encodeURIComponent(version.version)}`}
            className="rounded-sm hover:underline"
          >
            {t("on", { count: version.instances })}
            {version.healthy < version.instances ? (
              <span className="text-bad"> · {t("answer", { healthy: version.healthy, instances: version.instances })}</span>
            ) : null}
          </Link>
        )}
      </td>
      <td className={`${HIDE_BELOW_LG} text-ink-2`}>
        <RelativeTime at={version.first_seen_at} />
      </td>
      <td className="text-ink-2">
        {version.instances > 0 ? (
          t("now")
        ) : version.last_seen_at === null ? (
          <span className="text-ink-3">{t("never")}</span>
        ) : (
          <RelativeTime at={version.last_seen_at} />
        )}
      </td>
      <td className="wide">
        <span className="inline-flex items-center gap-2 text-ink-2">
          <span>{sentences.size(version.package_size)}</span>
          <span className="inline-flex items-center font-mono text-xs" title={version.package_sha256}>
            {version.package_sha256.slice(0, DIGEST_SHOWN)}
            <CopyButton text={version.package_sha256} label={t("copyDigest")} />
          </span>
          <a
            href={version.package_url}
            rel="noreferrer"
            className="inline-flex size-6 items-center justify-center rounded-md hover:bg-sunken"
            title={version.package_url}
          >
            <ExternalLink aria-hidden className="size-3.5" />
            <span className="sr-only">{t("packageOf", { version: version.version })}</span>
          </a>
        </span>
      </td>
      <td className="act num w-px">
        <span className="inline-flex w-full justify-end gap-1 max-sm:grid max-sm:grid-cols-[1fr_auto]">
          <Button
            size="sm"
            className="max-sm:h-10"
            disabled={isWithdrawn}
            onClick={() => setDeploy({ deploy: service, instances: null, version: version.version })}
          >
            <Rocket aria-hidden />
            {t("deploy")}
          </Button>
          <Menu
            trigger={
              <IconButton size="sm" label={t("more", { version: version.version })} className="max-sm:size-10">
                <MoreHorizontal aria-hidden />
              </IconButton>
            }
          >
            <MenuItem onClick={onBarrier}>
              <ShieldAlert aria-hidden />
              {version.barrier === null ? t("setBarrier") : t("liftBarrier")}
            </MenuItem>
            <MenuItem onClick={onWithdraw} disabled={isWithdrawn}>
              <Ban aria-hidden />
              {t("withdraw")}
            </MenuItem>
          </Menu>
        </span>
      </td>
    </tr>
  );
}
