import type { Readable } from "node:stream";
import { SlipwayError } from "../domain/errors";
import type { Packages, ReleaseLinks, SignedLink } from "../ports";

export interface OpenedRelease {
  readonly sha256: string;
  readonly size: number;
  open(): Promise<Readable>;
}

/** The release that a signed link is for. Throws `forbidden` for a link that this installation did not sign or that is over. */
export async function signedRelease(
  { links, packages }: { readonly links: ReleaseLinks; readonly packages: Pick<Packages, "open" | "sizeOf"> },
  link: SignedLink,
): Promise<OpenedRelease> {
  if (!(await links.isValid(link))) throw new SlipwayError("forbidden", { why: "link" });
  const { sha256 } = link;
  const size = await packages.sizeOf(sha256);
  if (size === null) throw new SlipwayError("not_found");
  const open = async () => {
    const bytes = await packages.open(sha256);
    if (bytes === null) throw new SlipwayError("not_found");
    return bytes;
  };
  return { sha256, size, open };
}
