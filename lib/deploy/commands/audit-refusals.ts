import { SlipwayError } from "../domain/errors";
import type { Actor } from "../ports";
import type { CatalogueStore } from "../ports/catalogue";

type Command<Request, Answer> = (actor: Actor, request: Request) => Promise<Answer>;

/** The same command; when it is refused, an audit entry says who asked for what, and why not. `subject` names what was asked for. */
export function auditRefusals<Request, Answer>(
  catalogue: Pick<CatalogueStore, "audit">,
  action: string,
  command: Command<Request, Answer>,
  subject: (request: Request) => string,
): Command<Request, Answer> {
  return async (actor, request) => {
    try {
      return await command(actor, request);
    } catch (error) {
      if (error instanceof SlipwayError) {
        await catalogue.audit({ actor: actor.name, action, subject: subject(request), outcome: error.code });
      }
      throw error;
    }
  };
}
