import { isIP } from "node:net";
import { type AddressRules, addressAllowed } from "./address-rules";
import { invalidUrl } from "./reasons";

const MAX_URL_CHARACTERS = 2048;

/**
 * Reads a package URL: http or https, no user and password in it, a literal address only where the rules allow it.
 * Throws SlipwayError `invalid_package_url` with `syntax`, `scheme`, `credentials` or `address_refused`.
 */
export function parsePackageUrl(text: string, rules: AddressRules): URL {
  // The URL parser silently drops tabs, newlines and outer spaces; what was checked must be what was typed.
  if (text.length > MAX_URL_CHARACTERS || /[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) throw invalidUrl("syntax");
  return checked(new URL(text), rules);
}

/** The next hop of a redirect, under the same rules; from https to http is `downgrade`. `location` may be relative. */
export function redirectTarget(from: URL, location: string, rules: AddressRules): URL {
  if (location.length > MAX_URL_CHARACTERS || !URL.canParse(location, from.href)) {
    throw invalidUrl("bad_answer", { url: shownUrl(from) });
  }
  const to = checked(new URL(location, from.href), rules);
  if (from.protocol === "https:" && to.protocol === "http:") throw invalidUrl("downgrade", { url: shownUrl(to) });
  return to;
}

/** For sentences and logs: a query may carry a signature that lets anyone fetch the package. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

function checked(url: URL, rules: AddressRules): URL {
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw invalidUrl("scheme", { scheme: url.protocol.replace(/:$/, "") });
  if (url.username !== "" || url.password !== "") throw invalidUrl("credentials", { url: shownUrl(url) });
  if (url.hostname === "" || url.port === "0") throw invalidUrl("syntax", { url: shownUrl(url) });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address never reaches the resolver, so the guard there does not see it.
  if (isIP(host) !== 0 && !addressAllowed(host, rules))
    throw invalidUrl("address_refused", { url: shownUrl(url), address: host });
  url.hash = "";
  return url;
}
