import { type UnsafeReason, unsafe } from "./reasons";

const MAX_NAME_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

export type EntryKind = "file" | "folder" | "link";

/** What is wrong with the name of an archive's entry, whatever comes before it; null when nothing is. */
export function nameProblem(name: string): UnsafeReason | null {
  if (name.includes("\\")) return "backslash";
  if (/\p{Cc}/u.test(name)) return "control_character";
  if (name.includes("\ufffd")) return "name_encoding";
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) return "absolute_name";
  const segments = segmentsOf(name);
  if (segments.includes("..")) return "parent_segment";
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return "name_too_long";
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) return "name_too_long";
  return name === "" ? "empty_name" : null;
}

/**
 * Whether a symbolic link at `path` stays within the root. `..` is believed only at the front of the target: the folders above
 * a link are real folders (`EntryLedger` sees to it), so there it means what it says; after a name it could climb out of
 * whatever that name is a link to.
 */
export function linkLeaves(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/") || /[\\\ufffd\p{Cc}]/u.test(target)) return true;
  const depth = segmentsOf(path).length - 1;
  const steps = segmentsOf(target);
  const named = steps.findIndex((step) => step !== "..");
  const up = named === -1 ? steps.length : named;
  return up > depth || steps.slice(up).includes("..");
}

/** Every name of one archive: nothing twice, nothing through a link or a file, and a bound for their number. */
export class EntryLedger {
  private readonly kinds = new Map<string, EntryKind>();
  private files = 0;

  constructor(private readonly maxEntries: number) {}

  /** Regular files and links entered so far. */
  get fileCount(): number {
    return this.files;
  }

  /**
   * Enters a name and gives it back normalised (no `.`, no doubled or final slash), "" for the root itself.
   * `target` is a link's. Throws SlipwayError `unsafe_package`.
   */
  enter(name: string, kind: EntryKind, target = ""): string {
    const problem = nameProblem(name);
    if (problem !== null) throw unsafe(name, problem);
    const segments = segmentsOf(name);
    const path = segments.join("/");
    if (path === "") {
      if (kind === "folder") return path;
      throw unsafe(name, "empty_name");
    }
    for (let depth = 1; depth < segments.length; depth++) this.enterParent(name, segments.slice(0, depth).join("/"));
    if (kind === "link" && linkLeaves(path, target)) throw unsafe(name, "link_leaves");
    const before = this.kinds.get(path);
    if (before !== undefined && (before !== "folder" || kind !== "folder")) throw unsafe(name, "duplicate_name");
    this.record(name, path, kind);
    if (kind !== "folder") this.files += 1;
    return path;
  }

  private enterParent(name: string, path: string): void {
    const before = this.kinds.get(path);
    if (before === "link") throw unsafe(name, "through_link");
    if (before === "file") throw unsafe(name, "through_file");
    if (before === undefined) this.record(name, path, "folder");
  }

  private record(name: string, path: string, kind: EntryKind): void {
    this.kinds.set(path, kind);
    if (this.kinds.size > this.maxEntries) throw unsafe(name, "too_many_entries");
  }
}

/** Names that differ only in `.` and slashes are one name on a disk. */
function segmentsOf(name: string): string[] {
  return name.split("/").filter((segment) => segment !== "" && segment !== ".");
}
