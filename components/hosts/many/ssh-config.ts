import { fileNameOf } from "./host-list";
import { type Complaint, type ListedHost, type Listing, withoutTwins } from "./listing";
import { isAddress, portOf } from "./target";

interface Option {
  readonly line: number;
  readonly keyword: string;
  readonly values: readonly string[];
}

/** Options under one `Host`, and to which names they apply. */
interface Block {
  readonly line: number;
  readonly patterns: readonly string[];
  readonly options: Option[];
}

const NONE = "none";

/** Whether a text is an OpenSSH client configuration rather than a list. */
export function isSshConfig(text: string): boolean {
  return /^\s*(?:Host|Match)(?:\s*=\s*|\s+)\S/im.test(text);
}

/**
 * The hosts that an OpenSSH client configuration (`ssh_config(5)`) names one by one: each `Host` without wildcards, with what all
 * blocks that match it say; of several values the first counts. `Match` (but `Match all`) and `Include` are not followed, and said.
 */
export function readSshConfig(text: string): Listing {
  const complaints: Complaint[] = [];
  const blocks = blocksOf(text, complaints);
  const hosts: ListedHost[] = [];
  for (const { line, patterns } of blocks.filter((block) => block.line > 0)) {
    for (const pattern of patterns) {
      if (pattern.startsWith("!")) continue;
      if (!/[*?]/.test(pattern)) hosts.push(hostOf(pattern, line, blocks, complaints));
      else if (pattern !== "*") complaints.push({ line, code: "pattern", params: { pattern } });
    }
  }
  return withoutTwins({ hosts, complaints });
}

function blocksOf(text: string, complaints: Complaint[]): readonly Block[] {
  const blocks: Block[] = [{ line: 0, patterns: ["*"], options: [] }];
  for (const [index, written] of text.split(/\r\n|\n|\r/).entries()) {
    const option = optionOf(written, index + 1);
    if (option === null) continue;
    const { line, keyword, values } = option;
    const whole = values.join(" ");
    if (values.length === 0) complaints.push({ line, code: "no_value", params: { word: written.trim() } });
    else if (keyword === "host") blocks.push({ line, patterns: values, options: [] });
    else if (keyword === "match") {
      const isAll = whole.toLowerCase() === "all";
      blocks.push({ line: 0, patterns: isAll ? ["*"] : [], options: [] });
      if (!isAll) complaints.push({ line, code: "match", params: { word: whole } });
    } else if (keyword === "include") complaints.push({ line, code: "include", params: { file: whole } });
    else blocks.at(-1)?.options.push(option);
  }
  return blocks;
}

function optionOf(written: string, line: number): Option | null {
  const found = /^\s*([^\s#=]+)(?:\s*=\s*|\s+|$)(.*)$/.exec(written);
  if (found === null) return null;
  return { line, keyword: (found[1] ?? "").toLowerCase(), values: valuesOf(found[2] ?? "") };
}

/** Words of a line; quotes keep blanks in one, `#` begins a comment. */
function valuesOf(rest: string): readonly string[] {
  const values: string[] = [];
  for (const [, quoted, bare] of rest.matchAll(/"([^"]*)"|(\S+)/g)) {
    if (bare?.startsWith("#") === true) break;
    values.push(quoted ?? bare ?? "");
  }
  return values;
}

function hostOf(name: string, line: number, blocks: readonly Block[], complaints: Complaint[]): ListedHost {
  const options = blocks.filter(({ patterns }) => applies(patterns, name)).flatMap((block) => block.options);
  const first = (keyword: string) => options.find((option) => option.keyword === keyword);
  const value = (keyword: string) => first(keyword)?.values[0] ?? null;
  const hostName = (value("hostname") ?? name).replaceAll(/%([h%])/g, (_, token) => (token === "h" ? name : "%"));
  const port = first("port");
  const portNumber = port === undefined ? null : portOf(port.values[0] ?? "");
  if (port !== undefined && portNumber === null && !complaints.some((each) => each.line === port.line))
    complaints.push({ line: port.line, code: "bad_port", params: { port: port.values[0] ?? "" } });
  const key = value("identityfile");
  const through = [first("proxyjump"), first("proxycommand")].find(
    (option) => option !== undefined && option.values[0]?.toLowerCase() !== NONE,
  );
  return {
    line,
    name,
    address: isAddress(hostName) ? hostName : null,
    user: value("user"),
    host: isAddress(hostName) ? null : hostName,
    port: portNumber,
    keyFile: key === null || key.toLowerCase() === NONE ? null : fileNameOf(key),
    root: null,
    zone: null,
    labels: {},
    through: through === undefined ? null : through.values.join(" "),
  };
}

/** One of the patterns fits, and none of those with a `!` does. */
function applies(patterns: readonly string[], name: string): boolean {
  const fits = (pattern: string) => fitsPattern(pattern, name);
  return patterns.some(fits) && !patterns.some((pattern) => pattern.startsWith("!") && fits(pattern.slice(1)));
}

/** `*` stands for any text, `?` for one character. Takes time in proportion to both lengths at the most. */
function fitsPattern(pattern: string, name: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (in_ < name.length) {
    if (at < pattern.length && (pattern[at] === "?" || pattern[at] === name[in_]) && pattern[at] !== "*") {
      at += 1;
      in_ += 1;
    } else if (pattern[at] === "*") {
      star = at;
      mark = in_;
      at += 1;
    } else if (star !== -1) {
      at = star + 1;
      mark += 1;
      in_ = mark;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
