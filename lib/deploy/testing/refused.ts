import { expect } from "vitest";
import { type ErrorCode, SlipwayError } from "../domain/errors";
import type { TestFleet } from "./fleet";

/** Who did it, in the audit trail, oldest first. */
export function auditOf({ core }: TestFleet, action: string, subject: string) {
  return core.db.auditEntry.findMany({
    where: { action, subject },
    orderBy: { id: "asc" },
    select: { actor: true, outcome: true },
  });
}

export function eventsOf({ core }: TestFleet, code: string, where: { service?: string; host?: string }) {
  const select = { actor: true, params: true, pos: true, instanceId: true };
  return core.db.event.findMany({ where: { code, ...where }, orderBy: { id: "asc" }, select });
}

/** Refused with this code, nothing told to anybody, and the refusal in the audit trail under the name of who asked. */
export async function refused(
  fleet: TestFleet,
  code: ErrorCode,
  { by, action, subject }: { readonly by: string; readonly action: string; readonly subject: string },
  command: () => Promise<void>,
): Promise<SlipwayError> {
  const told = await fleet.core.db.event.count();
  const error: unknown = await command().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SlipwayError)) throw new Error(`expected ${code}, got ${String(error)}`);
  expect(error.code).toBe(code);
  expect(await fleet.core.db.event.count()).toBe(told);
  expect((await auditOf(fleet, action, subject)).at(-1)).toEqual({ actor: by, outcome: code });
  return error;
}
