"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { ActionParamsWire, RolloutWire, rollout as rolloutSchema } from "@/lib/api/contract";
import { type Answer, api } from "@/lib/client/api";
import { newId } from "@/lib/client/ids";
import { keys } from "@/lib/client/keys";
import { path } from "@/lib/client/path";

/**
 * Acts on a rollout. The answer is the rollout as it is then; a retry of an ended one is a rollout of its own, and the page
 * goes there. An action that came too late rejects with ApiProblem `invalid_transition`.
 */
export function useRolloutAction(rollout: Pick<RolloutWire, "id" | "gate" | "completed_at" | "kind">) {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: (action: ActionParamsWire["action"]) => {
      const body: ActionParamsWire = {
        action,
        ...(action === "promote" && rollout.gate !== null ? { wave: rollout.gate } : {}),
        ...(action === "retry" && rollout.completed_at !== null ? { id: newId(rollout.kind === "rollback" ? "rb" : "ro") } : {}),
      };
      return api.post<Answer<typeof rolloutSchema>>(path`/rollouts/${rollout.id}/actions`, body);
    },
    onSuccess: (answer) => {
      client.setQueryData(keys.rollout.detail(answer.id), answer);
      if (answer.id !== rollout.id) router.push(path`/rollouts/${answer.id}`);
    },
  });
}
