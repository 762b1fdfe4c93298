"use client";

import { Archive } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { InstanceDetailWire } from "@/lib/api/contract";
import { path } from "@/lib/client/path";

const RetireInstancesDialog = dynamic(
  () => import("@/components/retire/retire-instances-dialog").then((module) => module.RetireInstancesDialog),
  { ssr: false },
);

/** Takes the instance out of every list, after asking; then the page of its service is what is left to see. */
export function RetireButton({ instance }: { instance: InstanceDetailWire }) {
  const t = useTranslations("instances.retire");
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="quiet" onClick={() => setAsking(true)}>
        <Archive aria-hidden />
        {t("button")}
      </Button>
      {asking ? (
        <RetireInstancesDialog
          instances={[instance.instance_id]}
          onClose={() => setAsking(false)}
          onDone={() => router.push(path`/services/${instance.service_name}`)}
        />
      ) : null}
    </>
  );
}
