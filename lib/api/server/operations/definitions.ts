import { z } from "zod";
import { definitionAnswer, definitionQuery, serviceInput } from "@/lib/api/contract";
import type { Operation } from "../route";
import { ofService, PLAIN } from "./parts";

export const exportDefinition = {
  ...PLAIN,
  method: "GET",
  path: "/services/{service}/slipway.yaml",
  summary: "The definition of a service as a file for people; defaults are left out",
  params: ofService,
  answer: z.string(),
  answersYaml: true,
} as const satisfies Operation;
export const importDefinition = {
  ...PLAIN,
  method: "PUT",
  path: "/services/{service}/slipway.yaml",
  summary: "Make a service what its definition says, or ask what that would change",
  params: ofService,
  query: definitionQuery,
  body: serviceInput,
  answer: definitionAnswer,
  takesYaml: true,
} as const satisfies Operation;
export const applyDefinition = {
  ...PLAIN,
  method: "PUT",
  path: "/slipway.yaml",
  summary: "The same for the service that the definition names",
  query: definitionQuery,
  body: serviceInput,
  answer: definitionAnswer,
  takesYaml: true,
} as const satisfies Operation;
