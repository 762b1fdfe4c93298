import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

/**
 * What has to be said so that the schema makes this value of it: what it fills in by itself is left out. `value` is what the schema
 * has made. Fields come in the order of the schema, names of a dictionary by the alphabet.
 */
export function withoutDefaults(schema: z.core.$ZodType, value: unknown): unknown {
  const kind = unwrapped(schema, value);
  if (!isObject(value)) return value;
  if (kind instanceof z.ZodRecord) {
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  }
  if (!(kind instanceof z.ZodObject)) return value;
  const fields: Readonly<Record<string, z.core.$ZodType>> = kind.shape;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) =>
      value[name] === undefined || isDefault(field, value[name]) ? [] : [[name, withoutDefaults(field, value[name])]],
    ),
  );
}

function isDefault(field: z.core.$ZodType, value: unknown): boolean {
  const filled = z.safeParse(field, undefined);
  return filled.success && isDeepStrictEqual(filled.data, value);
}

/** What stands behind a default, a null and the choice of a union. */
function unwrapped(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return unwrapped(schema.unwrap(), value);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrapped(schema.unwrap(), value);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const chosen = schema.options.find((option) => z.safeParse(option, value).success);
  return chosen === undefined ? schema : unwrapped(chosen, value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
