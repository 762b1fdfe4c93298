import { stringify } from "yaml";
import type { z } from "zod";
import { serviceInput } from "@/lib/api/contract";
import { withoutDefaults } from "./without-defaults";

/** A service's definition as a file for people: what is as it would be anyway is left out, so that the file says what is particular. */
export function definitionText(definition: z.output<typeof serviceInput>): string {
  const said = withoutDefaults(serviceInput, definition);
  return stringify(said, { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" });
}
