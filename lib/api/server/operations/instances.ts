import { z } from "zod";
import { activationPage, healthAnswer, instanceDetail, pageQuery, versionInfoPage } from "@/lib/api/contract";
import type { Operation } from "../route";
import { nothing, ofInstance, PLAIN } from "./parts";

export const getInstance = {
  ...PLAIN,
  method: "GET",
  path: "/instances/{id}",
  summary: "One instance; a retired one too",
  params: ofInstance,
  answer: instanceDetail,
} as const satisfies Operation;
export const retireInstance = {
  ...PLAIN,
  method: "DELETE",
  path: "/instances/{id}",
  summary: "Retire an instance; its history stays",
  params: ofInstance,
  answer: nothing,
  status: 204,
} as const satisfies Operation;
export const listVersionHistory = {
  ...PLAIN,
  method: "GET",
  path: "/instances/{id}/versions",
  summary: "VersionInfo of every version that began there: active first, then newest first",
  params: ofInstance,
  answer: versionInfoPage,
} as const satisfies Operation;
export const listActivations = {
  ...PLAIN,
  method: "GET",
  path: "/instances/{id}/activations",
  summary: "Every run of a version, newest first",
  params: ofInstance,
  query: z.strictObject(pageQuery.shape),
  answer: activationPage,
} as const satisfies Operation;
export const checkHealth = {
  ...PLAIN,
  method: "GET",
  path: "/instances/{id}/health",
  summary: "Ask the instance now",
  params: ofInstance,
  answer: healthAnswer,
} as const satisfies Operation;
export const adopt = {
  ...PLAIN,
  method: "POST",
  path: "/instances/{id}/adopt",
  summary: "Take what runs into the history",
  params: ofInstance,
  answer: instanceDetail,
} as const satisfies Operation;
