import type { HostWire } from "@/lib/api/contract";
import type { Sentences } from "./sentences";

/** Why a host does not answer, in the reader's language; null while it answers, or where nobody has said why. */
export function whySilent(sentences: Sentences, { reachable, trouble, error }: HostWire): string | null {
  if (reachable !== false) return null;
  return trouble === null ? error : sentences.trouble(trouble);
}
