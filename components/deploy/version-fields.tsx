"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, CircleAlert, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Chip } from "@/components/ui/chip";
import { Combobox } from "@/components/ui/combobox";
import { Field, Input } from "@/components/ui/field";
import { useDebounced } from "@/components/ui/use-debounced";
import type { VersionWire } from "@/lib/api/contract";
import { ApiProblem } from "@/lib/client/problem";
import { isVersionName } from "./deploy-form";
import { complaintAbout } from "./field-errors";
import { packageQuery } from "./package-query";

const CHECK_AFTER_MS = 350;

interface VersionFieldsProps {
  readonly version: string;
  readonly packageUrl: string;
  readonly catalogue: readonly VersionWire[];
  readonly known: VersionWire | undefined;
  readonly refusal: unknown;
  readonly onVersion: (version: string) => void;
  readonly onPackageUrl: (url: string) => void;
}

/** Which version: one of the catalogue, or a new one with its package's address, which is asked while it is typed. */
export function VersionFields({ version, packageUrl, catalogue, known, refusal, onVersion, onPackageUrl }: VersionFieldsProps) {
  const t = useTranslations("deploy.version");
  const isNew = version !== "" && known === undefined;
  const unfit = version !== "" && !isVersionName(version) ? t("unfit") : complaintAbout(refusal, "/version");
  return (
    <div className="grid gap-4">
      <Field label={t("label")} hint={isNew ? t("new") : known === undefined ? t("hint") : t("known")} error={unfit}>
        <Combobox
          mono
          placeholder={t("placeholder")}
          items={catalogue.map((each) => each.version)}
          value={version}
          onChange={onVersion}
          renderItem={(item) => <CatalogueItem version={catalogue.find((each) => each.version === item)} name={item} />}
        />
      </Field>
      {known === undefined ? (
        <Field label={t("url")} error={complaintAbout(refusal, "/package_url")}>
          <Input
            type="url"
            inputMode="url"
            spellCheck={false}
            autoComplete="off"
            placeholder="https://"
            className="font-mono"
            value={packageUrl}
            onChange={(event) => onPackageUrl(event.target.value)}
          />
          <PackageCheck url={packageUrl} />
        </Field>
      ) : (
        <KnownPackage version={known} />
      )}
    </div>
  );
}

function CatalogueItem({ version, name }: { version: VersionWire | undefined; name: string }) {
  const t = useTranslations("deploy.version");
  return (
    <span className="flex items-baseline justify-between gap-3">
      <span className="truncate">{name}</span>
      <span className="font-sans text-ink-3">
        {version === undefined
          ? null
          : version.withdrawn_at !== null
            ? t("withdrawn")
            : version.instances > 0
              ? t("runs", { count: version.instances })
              : null}
      </span>
    </span>
  );
}

function KnownPackage({ version }: { version: VersionWire }) {
  const t = useTranslations("deploy.version");
  const sentences = useSentences();
  return (
    <div className="grid gap-2">
      <p className="min-w-0 text-ink-2 text-xs">
        <span className="block truncate font-mono" title={version.package_url}>
          {version.package_url}
        </span>
        {sentences.size(version.package_size)} · sha256{" "}
        <span className="font-mono" title={version.package_sha256}>
          {sentences.digest(version.package_sha256)}
        </span>
      </p>
      {version.withdrawn_at === null ? null : (
        <Banner
          tone="bad"
          title={t("isWithdrawn", { by: version.withdrawn_by ?? "none", reason: version.withdrawn_reason ?? "none" })}
        >
          {t("withdrawnNext")}
        </Banner>
      )}
    </div>
  );
}

/** Says while one types whether the address answers with a package. Its line is always there, so that nothing moves. */
function PackageCheck({ url }: { url: string }) {
  const t = useTranslations("deploy.version");
  const sentences = useSentences();
  const settled = useDebounced(url.trim(), CHECK_AFTER_MS);
  const answer = useQuery(packageQuery(settled));
  const waiting = settled !== url.trim() || answer.isFetching;
  if (url.trim() === "") return <p className="min-h-5 text-ink-3 text-xs">{t("checkedWhileTyping")}</p>;
  if (waiting) {
    return (
      <p className="flex min-h-5 items-center gap-1.5 text-ink-3 text-xs" role="status">
        <LoaderCircle aria-hidden className="size-3 animate-spin-slow" />
        {t("checking")}
      </p>
    );
  }
  if (answer.isError) {
    const why = answer.error instanceof ApiProblem ? answer.error.problem.params.why : undefined;
    return (
      <p className="flex min-h-5 items-start gap-1.5 text-bad text-xs" role="status">
        <CircleAlert aria-hidden className="mt-[3px] size-3 shrink-0" />
        {typeof why === "string" && answer.error instanceof ApiProblem
          ? t("unusable", { why: sentences.packageReason(why, answer.error.problem.params) })
          : sentences.problem(answer.error)}
      </p>
    );
  }
  const { size, kind } = answer.data ?? { size: null, kind: null };
  return (
    <p className="flex min-h-5 items-center gap-2 text-ink-2 text-xs" role="status">
      <Chip tone="ok" icon={Check}>
        {t("found")}
      </Chip>
      {[size === null ? null : sentences.size(size), kind].filter((part) => part !== null).join(" · ")}
    </p>
  );
}
