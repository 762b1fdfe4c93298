import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface OldCurl {
  /** A PATH with it before everything else. */
  readonly path: string;
  /** The arguments of every call so far. */
  asked(): Promise<readonly string[]>;
}

/** This machine's curl as it was before 7.84: it refuses to keep a pace. In a folder of its own within `folder`. */
export async function oldCurl(folder: string): Promise<OldCurl> {
  const tools = await mkdtemp(join(folder, "old-curl-"));
  const log = join(tools, "asked");
  const script = `#!/bin/sh\necho "$@" >>'${log}'\ncase " $* " in *" --rate "*) exit 2 ;; esac\nPATH=\${PATH#*:}\nexec curl "$@"\n`;
  await writeFile(join(tools, "curl"), script, { mode: 0o755 });
  return {
    path: `${tools}:${process.env.PATH ?? ""}`,
    asked: async () => (await readFile(log, "utf8")).trim().split("\n"),
  };
}
