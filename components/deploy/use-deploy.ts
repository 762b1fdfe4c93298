"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { DeployParamsWire, rollout } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

/** Starts a deployment and goes to its page. Sending the same request again is safe: it carries its own id. */
export function useDeploy() {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (request: DeployParamsWire) => api.post<Answer<typeof rollout>>("/deployments", request),
    onSuccess: (started) => {
      client.setQueryData(keys.rollout.detail(started.id), started);
      router.push(path`/rollouts/${started.id}`);
    },
  });
}
