import { type Complaint, type ListedHost, type Listing, withoutTwins } from "./listing";
import { isAddress, isTarget, nameFor, portOf, targetOf } from "./target";

/** What is said as `name=value`, also in the words of an Ansible inventory; any other name is a label. */
const FIELDS: ReadonlyMap<string, keyof Said> = new Map([
  ["name", "name"],
  ["address", "address"],
  ["host", "host"],
  ["user", "user"],
  ["port", "port"],
  ["key", "key"],
  ["root", "root"],
  ["folder", "root"],
  ["zone", "zone"],
  ["ansible_host", "host"],
  ["ansible_user", "user"],
  ["ansible_port", "port"],
  ["ansible_ssh_private_key_file", "key"],
]);
/** Options of the `ssh` command that a pasted line may have. */
const OPTIONS: ReadonlyMap<string, keyof Said> = new Map([
  ["-p", "port"],
  ["-l", "user"],
  ["-i", "key"],
]);
const MOST_WORDS = 3;

interface Said {
  name?: string;
  address?: string;
  host?: string;
  user?: string;
  port?: string;
  key?: string;
  root?: string;
  zone?: string;
}

/**
 * Hosts one a line: `name address [user@][host][:port] zone=… label=…`, any of it left out; a line of `/etc/hosts`, of an Ansible
 * inventory, or an `ssh` command is understood too. Words are parted by blanks, commas or semicolons; `#` begins a comment.
 */
export function readHostList(text: string): Listing {
  const hosts: ListedHost[] = [];
  const complaints: Complaint[] = [];
  for (const [index, written] of text.split(/\r\n|\n|\r/).entries()) {
    const words = written
      .replace(/(?:^|\s)#.*$/, "")
      .split(/[\s,;]+/)
      .filter((word) => word !== "");
    if (words.length === 0) continue;
    const read = readLine(words, index + 1);
    if ("code" in read) complaints.push(read);
    else hosts.push(read);
  }
  return withoutTwins({ hosts, complaints });
}

function readLine(words: readonly string[], line: number): ListedHost | Complaint {
  const complain = (code: Complaint["code"], params: Complaint["params"] = {}): Complaint => ({ line, code, params });
  const [first = ""] = words;
  if (words.length === 1 && /^\[[^\]]*\]$/.test(first) && !isAddress(first.slice(1, -1)))
    return complain("group", { word: first });
  const { said, labels, plain } = sorted(first === "ssh" && words.length > 1 ? words.slice(1) : words);
  if (plain.length > MOST_WORDS) return complain("too_many_words", { words: plain.slice(MOST_WORDS).join(" ") });
  const { name, ways } = inOrder(plain, said.host ?? said.address);
  for (const way of ways) {
    const target = targetOf(way);
    if (target === null) return complain("no_host", { word: way });
    if (target.host !== null && said.address === undefined && isAddress(target.host)) said.address = target.host;
    else said.host ??= target.host ?? undefined;
    said.user ??= target.user ?? undefined;
    said.port ??= target.port ?? undefined;
  }
  const place = said.host ?? said.address;
  if (place === undefined) return complain("no_host", { word: words.join(" ") });
  const port = said.port === undefined ? null : portOf(said.port);
  if (said.port !== undefined && port === null) return complain("bad_port", { port: said.port });
  // An address to connect to is where its instances are, unless the line says otherwise.
  const address = said.address ?? (isAddress(place) ? place : null);
  return {
    line,
    name: said.name ?? name ?? nameFor(place),
    address,
    user: said.user ?? null,
    host: place === address ? null : place,
    port,
    keyFile: said.key === undefined ? null : fileNameOf(said.key),
    root: said.root ?? null,
    zone: said.zone ?? null,
    labels,
    through: null,
  };
}

/** Which word is the name and which say the way: `/etc/hosts` has the address first, and a single word is both. */
function inOrder(
  plain: readonly string[],
  place: string | undefined,
): { readonly name?: string; readonly ways: readonly string[] } {
  const [first, second, ...rest] = plain;
  if (first === undefined) return { ways: [] };
  if (second !== undefined && isAddress(first) && !isTarget(second)) return { name: second, ways: [first, ...rest] };
  if (isTarget(first) || (second === undefined && place === undefined)) return { ways: plain };
  return { name: first, ways: plain.slice(1) };
}

interface Sorted {
  readonly said: Said;
  readonly labels: Record<string, string>;
  readonly plain: readonly string[];
}

function sorted(words: readonly string[]): Sorted {
  const said: Said = {};
  const labels: [string, string][] = [];
  const plain: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const option = OPTIONS.get(word);
    const equals = word.indexOf("=");
    if (option !== undefined && at + 1 < words.length) {
      at += 1;
      said[option] = words[at] ?? "";
    } else if (equals > 0) {
      const [name, value] = [word.slice(0, equals), word.slice(equals + 1).replace(/^(["'])(.*)\1$/, "$2")];
      const field = FIELDS.get(name.toLowerCase());
      if (field === undefined) labels.push([name, value]);
      else said[field] = value;
    } else plain.push(word);
  }
  return { said, labels: Object.fromEntries(labels), plain };
}

/** Keys are files in one folder of the workers: where they lie on a person's machine says nothing. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
