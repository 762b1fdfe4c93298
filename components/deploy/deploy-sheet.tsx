"use client";

import { Rocket } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsArrayOf, parseAsString, useQueryStates } from "nuqs";
import { type KeyboardEvent, useId } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Kbd } from "@/components/ui/kbd";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { DeployFields } from "./deploy-fields";
import { useDeploy } from "./use-deploy";
import { useDeployForm } from "./use-deploy-form";

const ADDRESS = { deploy: parseAsString, version: parseAsString, instances: parseAsArrayOf(parseAsString).withDefault([]) };

/**
 * The side sheet that starts a deployment. Open while the address has `?deploy=<service>`, with `version` and `instances`
 * filled in where it has those; mounted once, in the layout.
 */
export function DeploySheet() {
  const [{ deploy, version, instances }, set] = useQueryStates(ADDRESS);
  const close = () => void set(null, { history: "replace" });
  if (deploy === null) return null;
  return <OpenSheet key={deploy} service={deploy} version={version} instances={instances} onClose={close} />;
}

interface OpenSheetProps {
  readonly service: string;
  readonly version: string | null;
  readonly instances: readonly string[];
  readonly onClose: () => void;
}

function OpenSheet({ service, version, instances, onClose }: OpenSheetProps) {
  const t = useTranslations("deploy");
  const sentences = useSentences();
  const state = useDeployForm(service, { version, instances });
  const deploy = useDeploy();
  const formId = useId();
  const held = state.detail.data?.hold ?? null;
  const { request } = state;
  const ready = request !== null && held === null && !deploy.isPending;
  const start = () => {
    if (ready) deploy.mutate(request);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    start();
  };
  const failed = state.detail.error ?? state.versions.error ?? state.roster.error;
  const hosts = new Set(
    (state.roster.data ?? [])
      .filter((instance) => state.selected.includes(instance.instance_id))
      .map((instance) => instance.host),
  ).size;
  return (
    <Sheet
      open
      onOpenChange={(open) => open || onClose()}
      title={t("title", { service })}
      footer={
        <>
          <span className="min-w-0 flex-1 text-ink-3">
            {state.preview === undefined || state.preview.refusal !== null
              ? null
              : t("footer", { hosts, waves: state.preview.waves.length })}
          </span>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" disabled={!ready} aria-busy={deploy.isPending}>
            <Rocket aria-hidden />
            {deploy.isError && deploy.error.name === "NetworkFailure" ? t("startAgain") : t("start")}
            <Kbd className="border-0 bg-transparent text-current! max-sm:hidden">Ctrl ↵</Kbd>
          </Button>
        </>
      }
    >
      {failed !== null ? (
        <ErrorState
          happened={sentences.unread(failed)}
          now={t("nothingStarted")}
          onRetry={() => void Promise.all([state.detail.refetch(), state.versions.refetch(), state.roster.refetch()])}
        />
      ) : state.detail.data === undefined || state.versions.data === undefined || state.roster.data === undefined ? (
        <Loading />
      ) : (
        <form
          ref={focusFirst}
          id={formId}
          onKeyDown={pressed}
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <DeployFields
            service={state.detail.data}
            catalogue={state.versions.data}
            roster={state.roster.data}
            state={state}
            refusal={deploy.error}
          />
        </form>
      )}
    </Sheet>
  );
}

/** The form comes after the sheet: what one types first gets the focus then. */
function focusFirst(form: HTMLFormElement | null): void {
  form?.querySelector("input")?.focus();
}

function Loading() {
  return (
    <div className="grid grid-cols-1 gap-5" aria-busy>
      {["h-12", "h-16", "h-12", "h-24", "h-20"].map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={index} className={height} />
      ))}
    </div>
  );
}
