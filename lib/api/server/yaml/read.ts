import { CST, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, parseDocument, Scalar, type YAMLMap } from "yaml";
import { pointerOf } from "@/lib/api/contract";
import { type FieldError, SlipwayError } from "@/lib/deploy/domain/errors";
import { whyOf } from "./why";

/** A place in a text, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where the value at a pointer stands. */
interface Spot {
  /** Of its name; of itself where it has none. */
  readonly name: Place;
  readonly value: Place;
  /** Written without quotes. */
  readonly isBare: boolean;
}

export interface YamlText {
  readonly value: unknown;
  /** By JSON pointer, every value of the text. */
  readonly spots: ReadonlyMap<string, Spot>;
}

const MOST_VALUES = 20_000;
const DEEPEST = 32;
/** What costs the most to take apart: lists of errors and of pairs grow with the words of a text, not with its bytes. */
const MOST_WORDS = 50_000;
const MOST_TOLD = 20;

/**
 * A YAML 1.2 text as the value that it says, and where each part of it stands. A file for people is read here, not everything that
 * YAML can say: tags other than those of JSON, names given twice, names that are no texts, and several documents are refused. What
 * aliases repeat counts as often as it is said.
 * @throws SlipwayError `invalid_request` that names each place
 */
export function readYaml(text: string): YamlText {
  const placeAt = placesOf(text);
  refuseExcess(text, placeAt);
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  const errors = [...document.errors, ...document.warnings].map(({ code, pos }) => refused(whyOf(code), placeAt(pos[0])));
  if (errors.length > 0) throw invalid(errors);
  return new Reader(placeAt).read(document.contents);
}

/** The place of an offset. */
function placesOf(text: string): (offset: number) => Place {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return (offset) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line, column: col };
  };
}

/** Looks at the words alone, without building anything of them: deep nests are too much for what takes them apart. */
function refuseExcess(text: string, placeAt: (offset: number) => Place): void {
  let [words, offset, depth, blocks] = [0, 0, 0, 0];
  for (const word of new Lexer().lex(text)) {
    const type = CST.tokenType(word);
    if (type === "flow-seq-start" || type === "flow-map-start") depth += 1;
    else if (type === "flow-seq-end" || type === "flow-map-end") depth -= 1;
    else if (type === "newline") blocks = 0;
    else if (type === "seq-item-ind" || type === "explicit-key-ind") blocks += 1;
    words += 1;
    if (depth > DEEPEST || blocks > DEEPEST) throw invalid([refused("deep", placeAt(offset))]);
    if (words > MOST_WORDS) throw invalid([refused("much", placeAt(offset))]);
    if (!isControl(type)) offset += word.length;
  }
}

/** Marks between the words that are not in the text. */
function isControl(type: ReturnType<typeof CST.tokenType>): boolean {
  return type === "doc-mode" || type === "flow-error-end" || type === "scalar";
}

class Reader {
  readonly #spots = new Map<string, Spot>();
  readonly #anchors = new Map<string, Node>();
  readonly #errors: FieldError[] = [];
  #left = MOST_VALUES;

  constructor(private readonly placeAt: (offset: number) => Place) {}

  read(contents: Node | null): YamlText {
    const value = this.#valueOf(contents, "", null, 0, false);
    if (this.#errors.length > 0) throw invalid(this.#errors);
    return { value, spots: this.#spots };
  }

  /** `expanding`: this is what an alias stands for, whose anchors were seen before. */
  #valueOf(node: Node | null, pointer: string, name: Place | null, depth: number, expanding: boolean): unknown {
    const place = this.placeAt(node?.range?.[0] ?? 0);
    this.#left -= 1;
    if (this.#left < 0) throw invalid([refused("much", place)]);
    if (depth > DEEPEST) throw invalid([refused("deep", place)]);
    if (isAlias(node)) {
      const meant = this.#anchors.get(node.source);
      if (meant !== undefined) return this.#valueOf(meant, pointer, name, depth + 1, true);
      this.#errors.push(refused("alias", place));
      return null;
    }
    if (node !== null && !expanding && "anchor" in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    const isBare = isScalar(node) && node.type === Scalar.PLAIN;
    this.#spots.set(pointer, { name: name ?? place, value: place, isBare });
    if (isMap<Node, Node | null>(node)) return this.#objectOf(node, pointer, depth, expanding);
    if (isSeq<Node>(node))
      return node.items.map((item, at) => this.#valueOf(item, `${pointer}${pointerOf([at])}`, null, depth + 1, expanding));
    return isScalar(node) ? node.value : null;
  }

  #objectOf(map: YAMLMap<Node, Node | null>, pointer: string, depth: number, expanding: boolean): object {
    const seen = new Set<string>();
    const entries = map.items.map(({ key, value }): [string, unknown] => {
      const place = this.placeAt(key.range?.[0] ?? 0);
      if (!isScalar(key)) {
        this.#errors.push(refused("name", place));
        return ["", null];
      }
      const name = nameOf(key);
      const at = `${pointer}${pointerOf([name])}`;
      if (seen.has(name)) this.#errors.push({ pointer: at, code: "duplicate", params: { value: name }, at: place });
      seen.add(name);
      return [name, this.#valueOf(value, at, place, depth + 1, expanding)];
    });
    // Not by assignment: a name such as __proto__ is a name like any other.
    return Object.fromEntries(entries);
  }
}

/** As it is written: `8080` and `true` are names too. */
function nameOf(key: Scalar): string {
  return typeof key.value === "string" ? key.value : (key.source ?? "");
}

function refused(why: string, at: Place): FieldError {
  return { pointer: "", code: "yaml", params: { why }, at };
}

function invalid(fields: readonly FieldError[]): SlipwayError {
  return new SlipwayError("invalid_request", {}, { fields: fields.slice(0, MOST_TOLD) });
}
