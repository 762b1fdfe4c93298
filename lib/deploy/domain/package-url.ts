import { SlipwayError } from "./errors";

/** What can be told of a package URL without asking anybody. Throws `invalid_package_url` with `syntax` or `scheme`. */
export function checkUrlSyntax(url: string): void {
  if (!URL.canParse(url)) throw new SlipwayError("invalid_package_url", { why: "syntax" });
  const { protocol } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:")
    throw new SlipwayError("invalid_package_url", { why: "scheme", scheme: protocol });
}
