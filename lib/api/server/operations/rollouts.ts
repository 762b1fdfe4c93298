import { z } from "zod";
import {
  actionParams,
  deployParams,
  deployResult,
  eventPage,
  logQuery,
  pageQuery,
  plan,
  previewParams,
  rollbackParams,
  rollbackResult,
  rollout,
  rolloutId,
  rolloutPage,
  rolloutQuery,
  rolloutTargetPage,
  targetQuery,
} from "@/lib/api/contract";
import type { Operation } from "../route";
import { ofRollout, PLAIN } from "./parts";

const ofDeployment = z.object({ deploy_id: rolloutId });
const ofRollback = z.object({ rollback_id: rolloutId });

export const deploy = {
  ...PLAIN,
  method: "POST",
  path: "/deployments",
  summary: "Start a deployment",
  body: deployParams,
  answer: z.union([rollout, deployResult]),
  status: 202,
} as const satisfies Operation;
export const getDeployment = {
  ...PLAIN,
  method: "GET",
  path: "/deployments/{deploy_id}",
  summary: "One deployment",
  params: ofDeployment,
  answer: rollout,
} as const satisfies Operation;
export const rollBackTo = {
  ...PLAIN,
  method: "POST",
  path: "/rollbacks",
  summary: "Start a rollback to a named version",
  body: rollbackParams,
  answer: z.union([rollout, rollbackResult]),
  status: 202,
} as const satisfies Operation;
export const getRollback = {
  ...PLAIN,
  method: "GET",
  path: "/rollbacks/{rollback_id}",
  summary: "One rollback",
  params: ofRollback,
  answer: rollout,
} as const satisfies Operation;
export const preview = {
  ...PLAIN,
  method: "POST",
  path: "/rollouts/preview",
  summary: "The plan of a rollout, without doing it",
  body: previewParams,
  answer: plan,
} as const satisfies Operation;
export const listRollouts = {
  ...PLAIN,
  method: "GET",
  path: "/rollouts",
  summary: "Rollouts of both kinds, newest first",
  query: z.strictObject({ ...pageQuery.shape, ...rolloutQuery.shape }),
  answer: rolloutPage,
} as const satisfies Operation;
export const getRollout = {
  ...PLAIN,
  method: "GET",
  path: "/rollouts/{id}",
  summary: "One rollout",
  params: ofRollout,
  answer: rollout,
} as const satisfies Operation;
export const listTargets = {
  ...PLAIN,
  method: "GET",
  path: "/rollouts/{id}/targets",
  summary: "One row an instance, by wave",
  params: ofRollout,
  query: z.strictObject({ ...pageQuery.shape, ...targetQuery.shape }),
  answer: rolloutTargetPage,
} as const satisfies Operation;
export const listLog = {
  ...PLAIN,
  method: "GET",
  path: "/rollouts/{id}/log",
  summary: "The rollout's events, from either end",
  params: ofRollout,
  query: z.strictObject({ ...pageQuery.shape, ...logQuery.shape }),
  answer: eventPage,
} as const satisfies Operation;
export const act = {
  ...PLAIN,
  method: "POST",
  path: "/rollouts/{id}/actions",
  summary: "Pause, resume, promote, abort, retry, start now or undo",
  params: ofRollout,
  body: actionParams,
  answer: rollout,
} as const satisfies Operation;
