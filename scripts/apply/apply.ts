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

/** Each file in turn; the number of those that were refused. `say` gets one line at a time. */
export async function applyFiles({ files, url, isTrial, language }: Wish, say: (line: string) => void): Promise<number> {
  let refused = 0;
  for (const file of files) {
    const response = await fetch(new URL(`/api/v1/slipway.yaml${isTrial ? "?dry_run=true" : ""}`, url), {
      method: "PUT",
      headers: { "content-type": "application/yaml", "accept-language": language },
      body: await readFile(file),
    });
    const answer: unknown = await response.json();
    if (!response.ok) refused += 1;
    for (const line of response.ok ? told(definitionAnswer.parse(answer)) : complaints(file, problem.parse(answer))) say(line);
  }
  return refused;
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
