import { SlipwayError } from "../domain/errors";
import { AddressRefused } from "./guarded-agent";
import { shownUrl } from "./package-url";
import { invalidUrl, type UrlReason } from "./reasons";

const REASON_OF_CODE: Readonly<Record<string, UrlReason>> = {
  ENOTFOUND: "name_not_found",
  EAI_AGAIN: "name_not_found",
  ENODATA: "name_not_found",
  ECONNREFUSED: "connection_refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  EACCES: "unreachable",
  EPERM: "unreachable",
  ECONNRESET: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  UND_ERR_CLOSED: "reset",
  UND_ERR_DESTROYED: "reset",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "reset",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  UND_ERR_HEADERS_OVERFLOW: "bad_answer",
  UND_ERR_RESPONSE: "bad_answer",
  EPROTO: "tls",
  CERT_HAS_EXPIRED: "tls",
  CERT_NOT_YET_VALID: "tls",
  CERT_UNTRUSTED: "tls",
  CERT_REJECTED: "tls",
  CERT_SIGNATURE_FAILURE: "tls",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
  HOSTNAME_MISMATCH: "tls",
  INVALID_CA: "tls",
  SELF_SIGNED_CERT_IN_CHAIN: "tls",
  UNABLE_TO_GET_ISSUER_CERT: "tls",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls",
};

/**
 * What the network said, as SlipwayError `invalid_package_url` with one of the reasons. An error that is not the network's
 * (a SlipwayError, an aborted caller, a defect of ours) is given back as it is.
 */
export function networkFailure(error: unknown, url: URL): unknown {
  if (error instanceof SlipwayError) return error;
  const refused = chain(error).find((link) => link instanceof AddressRefused);
  if (refused !== undefined) {
    return invalidUrl("address_refused", { url: shownUrl(url), address: refused.address }, error);
  }
  for (const link of chain(error)) {
    const why = reasonOf(link);
    if (why !== null) return invalidUrl(why, { url: shownUrl(url) }, error);
  }
  return error;
}

function reasonOf(error: Error): UrlReason | null {
  if (error.name === "TimeoutError") return "timeout";
  if (error.name === "HTTPParserError") return "bad_answer";
  const code = codeOf(error);
  if (code === null) return null;
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) return "tls";
  if (code.startsWith("HPE_")) return "bad_answer";
  return REASON_OF_CODE[code] ?? null;
}

/** An error, what it was caused by, and what it gathers (Node tries several addresses and reports them together). */
function chain(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const gathered: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...chain(error.cause, depth + 1), ...gathered.flatMap((one) => chain(one, depth + 1))];
}

function codeOf(error: Error): string | null {
  return "code" in error && typeof error.code === "string" ? error.code : null;
}
