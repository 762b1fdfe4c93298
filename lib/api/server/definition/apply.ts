import type { z } from "zod";
import { type DefinitionAnswer, type definitionQuery, serviceInput } from "@/lib/api/contract";
import { core } from "@/lib/deploy/compose";
import { SlipwayError } from "@/lib/deploy/domain/errors";
import type { Actor } from "@/lib/deploy/ports";
import { Answer } from "../route";
import { type FromWire, toWire } from "../wire";
import { changesBetween } from "./changes";
import { definitionText } from "./text";
import { withoutDefaults } from "./without-defaults";

type Definition = z.output<typeof serviceInput>;
interface Wish {
  readonly definition: FromWire<Definition>;
  readonly query: FromWire<z.output<typeof definitionQuery>>;
}

/**
 * Makes a service what its definition says, or only tells what that would change.
 * @throws SlipwayError `revision_changed` also where somebody else was faster between the comparison and the change
 */
export async function applyDefinition(actor: Actor, { definition, query }: Wish): Promise<Answer<DefinitionAnswer>> {
  const { name: service } = definition;
  const isTrial = query.dryRun === "true";
  const { revision, saying } = await presentOf(service);
  const wanted = serviceInput.parse(toWire(definition));
  const changes = [...changesBetween(saying ?? undefined, saying === null ? withoutDefaults(serviceInput, wanted) : wanted)];
  const answer = { service, created: saying === null, applied: !isTrial, revision, changes };
  if (isTrial) {
    core().checkSettings(definition.settings);
    return new Answer(answer);
  }
  await core().defineService(actor, { ...definition, expectedRevision: query.expectedRevision ?? revision });
  const now = await presentOf(service);
  return new Answer({ ...answer, revision: now.revision }, { status: saying === null ? 201 : 200 });
}

/**
 * The present definition as a file.
 * @throws SlipwayError `service_not_found`
 */
export async function definitionFile(service: string): Promise<Response> {
  const { saying } = await presentOf(service);
  if (saying === null) throw new SlipwayError("service_not_found", { service });
  return new Response(definitionText(saying), {
    headers: {
      "content-type": "application/yaml; charset=utf-8",
      "content-disposition": 'attachment; filename="slipway.yaml"',
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

async function presentOf(service: string): Promise<{ readonly revision: number; readonly saying: Definition | null }> {
  const row = await core().reads.service(service);
  if (row === null) return { revision: 0, saying: null };
  const { name, labels, settings, revision } = row;
  return { revision, saying: serviceInput.parse(toWire({ name, labels, settings })) };
}
