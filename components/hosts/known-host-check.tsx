"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Loader } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useSentences } from "@/components/sentences/use-sentences";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { HostWire, hostCheck, host as hostSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";
import { HostCheck } from "./host-check";

/** Looks at a host that is known, and takes its new key when it was set up anew. */
export function KnownHostCheck({ host, onClose }: { host: HostWire; onClose: () => void }) {
  const t = useTranslations("hosts.actions.check");
  const ui = useTranslations("ui");
  const sentences = useSentences();
  const client = useQueryClient();
  const [accepted, setAccepted] = useState<string | null>(null);
  const check = useQuery({
    queryKey: keys.hostCheck(host.name),
    queryFn: ({ signal }) => api.post<Answer<typeof hostCheck>>(path`/hosts/${host.name}/check`, undefined, { signal }),
    staleTime: 0,
    gcTime: 0,
  });
  const accept = useMutation({
    mutationFn: (hostKey: string) =>
      api.put<Answer<typeof hostSchema>>(path`/hosts/${host.name}/host-key`, { host_key: hostKey }),
    onSuccess: async () => {
      setAccepted(null);
      await Promise.all([client.invalidateQueries({ queryKey: keys.hosts }), check.refetch()]);
    },
  });
  const isOther = check.data?.troubles.some(({ code }) => code === "host_key_changed") === true;
  const error = accept.error ?? check.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t("title", { host: host.name })}
      className="w-[min(560px,calc(100vw-24px))]"
      footer={
        <>
          <Button onClick={onClose}>{ui("close")}</Button>
          <Button disabled={check.isFetching} aria-busy={check.isFetching} onClick={() => void check.refetch()}>
            {t("again")}
          </Button>
          {isOther ? (
            <Button
              variant="danger"
              disabled={accepted === null || accept.isPending}
              onClick={() => accepted !== null && accept.mutate(accepted)}
            >
              {t("acceptKey")}
            </Button>
          ) : null}
        </>
      }
    >
      {error === null ? null : <Banner tone="bad" role="alert" title={sentences.problem(error)} />}
      {check.isFetching ? (
        <Banner tone="busy" icon={Loader} title={t("asking")} />
      ) : check.data === undefined ? null : (
        <HostCheck answer={isOther ? check.data : { ...check.data, host_key: null }} accepted={accepted} onAccept={setAccepted} />
      )}
    </Dialog>
  );
}
