/** Brings services to what their files say, through the API of a running console. */
import { readFile } from "node:fs/promises";
import { type DefinitionAnswer, definitionAnswer, type Problem, problem } from "../../lib/api/contract";

export interface Wish {
  readonly files: readonly string[];
  /** The console: `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Only tells what would change. */
  readonly isTrial: boolean;
  /** Of the sentences of whatever is refused. */
  readonly language: string;
}

/**
 * Each file in turn; the number of those that were refused or cannot be read. `say` gets one line at a time. Throws Error where no Slipway
 * answers at `url`.
 */
export async function applyFiles({ files, url, isTrial, language }: Wish, say: (line: string) => void): Promise<number> {
  let refused = 0;
  for (const file of files) {
    const read = await readFile(file).catch(whyUnread);
    const answer = typeof read === "string" ? null : await put(read, { url, isTrial, language });
    if (answer?.ok !== true) refused += 1;
    const lines = answer === null ? [`${file}: ${read}`] : answer.ok ? told(answer.definition) : complaints(file, answer.problem);
    for (const line of lines) say(line);
  }
  return refused;
}

function whyUnread(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : error;
  return code === "ENOENT" ? "There is no such file." : `Cannot be read (${code}).`;
}

type Put = { readonly ok: true; readonly definition: DefinitionAnswer } | { readonly ok: false; readonly problem: Problem };

async function put(body: Uint8Array<ArrayBuffer>, { url, isTrial, language }: Omit<Wish, "files">): Promise<Put> {
  if (!URL.canParse(url)) throw new Error(`${url} is no address of a Slipway: say --url http://127.0.0.1:3000, for example.`);
  const headers = { "content-type": "application/yaml", "accept-language": language };
  const at = new URL(`/api/v1/slipway.yaml${isTrial ? "?dry_run=true" : ""}`, url);
  const response = await fetch(at, { method: "PUT", headers, body }).catch((error: Error) => {
    throw new Error(`Nothing answers at ${url}: start Slipway, or say with --url where it is.`, { cause: error.cause });
  });
  const answer: unknown = await response.json().catch(() => null);
  const definition = definitionAnswer.safeParse(answer);
  if (response.ok && definition.success) return { ok: true, definition: definition.data };
  const refusal = problem.safeParse(answer);
  if (!response.ok && refusal.success) return { ok: false, problem: refusal.data };
  throw new Error(
    `What answers at ${url} is no Slipway of this version: say with --url where it is (status ${response.status}).`,
  );
}

function told({ service, created, applied, revision, changes }: DefinitionAnswer): readonly string[] {
  if (changes.length === 0) return [`${service}: as the file says already (revision ${revision}).`];
  const did = created ? (applied ? "added" : "would be added") : applied ? `is at revision ${revision} now` : "would change";
  return [
    `${service} ${did}:`,
    ...changes.map((change) => {
      const [from, to] = [change.from, change.to].map((value) => (value === undefined ? "(nothing)" : JSON.stringify(value)));
      return `  ${change.pointer.slice(1).replaceAll("/", ".")}: ${"from" in change ? `${from} → ${to}` : to}`;
    }),
  ];
}

/** As compilers write it, so that editors and CI find the line. */
function complaints(file: string, { detail, errors = [] }: Problem): readonly string[] {
  if (errors.length === 0) return [`${file}: ${detail}`];
  return errors.map((error) => {
    const place = error.line === undefined ? "" : `:${error.line}:${error.column ?? 1}`;
    const field = error.pointer === "" ? "" : `${error.pointer.slice(1).replaceAll("/", ".")}: `;
    return `${file}${place}: ${field}${error.detail}`;
  });
}
