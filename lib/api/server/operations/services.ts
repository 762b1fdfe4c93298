import { z } from "zod";
import {
  barrierParams,
  holdParams,
  instancePage,
  instanceQuery,
  oneClickParams,
  pageQuery,
  registerInstances,
  restartParams,
  rollout,
  serviceDetail,
  serviceInput,
  servicePage,
  serviceUpdate,
  version,
  versionPage,
  withdrawParams,
} from "@/lib/api/contract";
import type { Operation } from "../route";
import { nothing, ofService, ofVersion, PLAIN } from "./parts";

const paged = z.strictObject(pageQuery.shape);

export const listServices = {
  ...PLAIN,
  method: "GET",
  path: "/services",
  summary: "Services, by name",
  query: paged,
  answer: servicePage,
} as const satisfies Operation;
export const createService = {
  ...PLAIN,
  method: "POST",
  path: "/services",
  summary: "Define a service",
  body: serviceInput,
  answer: serviceDetail,
  status: 201,
  takesYaml: true,
} as const satisfies Operation;
export const getService = {
  ...PLAIN,
  method: "GET",
  path: "/services/{service}",
  summary: "One service with its settings",
  params: ofService,
  answer: serviceDetail,
} as const satisfies Operation;
export const updateService = {
  ...PLAIN,
  method: "PUT",
  path: "/services/{service}",
  summary: "Change labels, or add a settings revision",
  params: ofService,
  body: serviceUpdate,
  answer: serviceDetail,
} as const satisfies Operation;
export const deleteService = {
  ...PLAIN,
  method: "DELETE",
  path: "/services/{service}",
  summary: "Remove a service without instances; its history stays",
  params: ofService,
  answer: nothing,
  status: 204,
} as const satisfies Operation;
export const listInstances = {
  ...PLAIN,
  method: "GET",
  path: "/services/{service}/instances",
  summary: "Instances of a service, now or at a time",
  params: ofService,
  query: z.strictObject({ ...pageQuery.shape, ...instanceQuery.shape }),
  answer: instancePage,
} as const satisfies Operation;
export const register = {
  ...PLAIN,
  method: "POST",
  path: "/services/{service}/instances",
  summary: "Register instances, all or none",
  params: ofService,
  body: registerInstances,
  answer: instancePage,
  status: 201,
} as const satisfies Operation;
export const listVersions = {
  ...PLAIN,
  method: "GET",
  path: "/services/{service}/versions",
  summary: "The catalogue of a service, newest first",
  params: ofService,
  query: paged,
  answer: versionPage,
} as const satisfies Operation;
export const withdraw = {
  ...PLAIN,
  method: "POST",
  path: "/services/{service}/versions/{version}/withdraw",
  summary: "Withdraw a version: no deployment may use it",
  params: ofVersion,
  body: withdrawParams.optional(),
  answer: version,
} as const satisfies Operation;
export const setBarrier = {
  ...PLAIN,
  method: "PUT",
  path: "/services/{service}/versions/{version}/barrier",
  summary: "Set or lift a barrier",
  params: ofVersion,
  body: barrierParams,
  answer: version,
} as const satisfies Operation;
export const hold = {
  ...PLAIN,
  method: "POST",
  path: "/services/{service}/hold",
  summary: "Hold deployments of a service",
  params: ofService,
  body: holdParams.optional(),
  answer: serviceDetail,
} as const satisfies Operation;
export const release = {
  ...PLAIN,
  method: "DELETE",
  path: "/services/{service}/hold",
  summary: "Release a hold",
  params: ofService,
  answer: serviceDetail,
} as const satisfies Operation;
export const rollBack = {
  ...PLAIN,
  method: "POST",
  path: "/services/{service}/rollback",
  summary: "One-click rollback: take back one rollout",
  params: ofService,
  body: oneClickParams,
  answer: rollout,
  status: 202,
} as const satisfies Operation;
export const restart = {
  ...PLAIN,
  method: "POST",
  path: "/services/{service}/restart",
  summary: "Restart instances on their version with the newest settings",
  params: ofService,
  body: restartParams,
  answer: rollout,
  status: 202,
} as const satisfies Operation;
