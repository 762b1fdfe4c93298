"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ServiceDetailWire } from "@/lib/api/contract";

/** The present revision, read only. The environment is shown as it is: it is no place for secrets. */
export function SettingsView({ service }: { service: ServiceDetailWire }) {
  const t = useTranslations("services.settings");
  const { settings } = service;
  const { health, delivery } = settings;
  const healthText =
    health.kind === "http" ? `GET ${health.path} → ${health.status}` : health.kind === "command" ? health.argv.join(" ") : null;
  return (
    <dl className="grid grid-cols-[150px_minmax(0,1fr)] gap-x-4 gap-y-2 max-sm:grid-cols-1 max-sm:gap-y-0 [&_dd]:max-sm:not-last:pb-2.5 [&_dt]:text-ink-3">
      <Fact name={t("field.start")}>
        <Code>{settings.start.join(" ")}</Code>
      </Fact>
      <Fact name={t("field.environment")}>
        <Pairs of={settings.environment} none={t("none")} />
      </Fact>
      <Fact name={t("field.user")}>{settings.user === null ? <Quiet>{t("sameUser")}</Quiet> : <Code>{settings.user}</Code>}</Fact>
      <Fact name={t("field.folder")}>
        {settings.folder === "" ? <Quiet>{t("topFolder")}</Quiet> : <Code>{settings.folder}</Code>}
      </Fact>
      <Fact name={t("runs")}>
        <RunningFacts settings={settings} />
      </Fact>
      <Fact name={t("health")}>
        {t(`healthKind.${health.kind}`)} {healthText === null ? null : <Code>{healthText}</Code>}
      </Fact>
      <Fact name={t("field.version_path")}>
        {settings.version_at === null ? <Quiet>{t("versionUnknown")}</Quiet> : <Code>{settings.version_at.path}</Code>}
      </Fact>
      <Fact name={t("stop")}>{t("stopHow", { signal: settings.stop_signal, seconds: settings.stop_grace_s })}</Fact>
      <Fact name={t("startDeadline")}>{t("seconds", { count: settings.start_deadline_s })}</Fact>
      <Fact name={t("field.pre_stop")}>
        {settings.hooks.pre_stop === null ? <Quiet>{t("none")}</Quiet> : <Code>{settings.hooks.pre_stop.join(" ")}</Code>}
      </Fact>
      <Fact name={t("field.post_start")}>
        {settings.hooks.post_start === null ? <Quiet>{t("none")}</Quiet> : <Code>{settings.hooks.post_start.join(" ")}</Code>}
      </Fact>
      <Fact name={t("delivery")}>
        {t(`deliveryMode.${delivery.mode}`)}
        {delivery.limit_kbit_s === null ? null : <Quiet> {t("atMost", { limit: delivery.limit_kbit_s })}</Quiet>}
      </Fact>
      <Fact name={t("field.strategy")}>
        {Object.keys(settings.strategy).length === 0 ? (
          <Quiet>{t("defaultStrategy")}</Quiet>
        ) : (
          <Code>{JSON.stringify(settings.strategy, null, 1)}</Code>
        )}
      </Fact>
      <Fact name={t("field.labels")}>
        <Pairs of={service.labels} none={t("none")} />
      </Fact>
    </dl>
  );
}

const LIMITS = ["open_files", "memory_mb", "cpu_percent"] as const;

function RunningFacts({ settings: { runs, sudo, limits } }: { settings: ServiceDetailWire["settings"] }) {
  const t = useTranslations("services.settings");
  return (
    <>
      <div>{t(`runsKind.${runs.kind}`)}</div>
      {runs.kind === "systemd" ? <div>{t(runs.hardened ? "isHardened" : "isNotHardened")}</div> : null}
      {runs.kind === "systemd" && runs.writable.length > 0 ? (
        <div>
          {t("mayWrite")} <Code>{runs.writable.join("  ")}</Code>
        </div>
      ) : null}
      {runs.kind === "commands"
        ? (["stop", "status"] as const).map((command) => (
            <div key={command}>
              {t(`field.runs_${command}`)} <Code>{runs[command].join(" ")}</Code>
            </div>
          ))
        : null}
      {LIMITS.map((limit) =>
        limits[limit] === null ? null : <div key={limit}>{t(`atMostOf.${limit}`, { count: limits[limit] })}</div>,
      )}
      {sudo ? <div>{t("sudo")}</div> : null}
    </>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <code className="whitespace-pre-wrap break-all font-mono text-xs">{children}</code>;
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-ink-3">{children}</span>;
}

function Pairs({ of, none }: { of: Readonly<Record<string, string>>; none: string }) {
  const entries = Object.entries(of);
  if (entries.length === 0) return <Quiet>{none}</Quiet>;
  return entries.map(([name, value]) => (
    <div key={name}>
      <Code>
        {name}={value}
      </Code>
    </div>
  ));
}
