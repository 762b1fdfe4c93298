import { z } from "zod";
import { problem } from "@/lib/api/contract";
import * as operations from "./operations";
import type { Operation } from "./route";
import { HTTP_STATUS } from "./statuses";

const JSON_TYPE = "application/json";
const YAML = "application/yaml";
type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1, made from the very schemas that parse the requests and type the answers. */
export function openApi(): Json {
  const all: readonly Operation[] = Object.values(operations).flatMap((group) => Object.values(group));
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of all) {
    const path = paths[operation.path] ?? {};
    path[operation.method.toLowerCase()] = described(operation);
    paths[operation.path] = path;
  }
  return {
    openapi: "3.1.0",
    info: { title: "Slipway", version: "1" },
    servers: [{ url: "/api/v1" }],
    paths,
    components: {
      responses: {
        Problem: { description: "Refused", content: { "application/problem+json": { schema: schemaOf(problem, "output") } } },
      },
    },
    "x-codes": HTTP_STATUS,
  };
}

function described({ summary, params, query, body, answer, status, takesYaml, answersYaml }: Operation): Json {
  const takesBody = !(body instanceof z.ZodUndefined);
  const content = { [answersYaml ? YAML : JSON_TYPE]: { schema: schemaOf(answer, "output") } };
  const taken = { schema: schemaOf(body, "input") };
  return {
    summary,
    parameters: [...parameters(params, "path"), ...parameters(query, "query")],
    ...(takesBody
      ? {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { [JSON_TYPE]: taken, ...(takesYaml ? { [YAML]: taken } : {}) },
          },
        }
      : {}),
    responses: {
      [String(status)]: answer instanceof z.ZodUndefined ? { description: summary } : { description: summary, content },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function parameters(schema: z.ZodType, place: "path" | "query"): readonly Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const fields: Readonly<Record<string, z.ZodType>> = schema.shape;
  return Object.entries(fields).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !field.safeParse(undefined).success,
    schema: schemaOf(field, "input"),
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return json;
}
