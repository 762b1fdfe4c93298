import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeName } from "./encoding";
import { localHost } from "./testing/local-host";
import { Site } from "./testing/site";

/** What a file system may leave of a file whose name came to the disk and whose bytes did not. */
const LEFT = { "an empty journal": "", "a journal of zeros": "\0".repeat(4096) };

describe.concurrent("a change whose beginning a power cut took", () => {
  for (const [what, journal] of Object.entries(LEFT)) {
    it(`with ${what} left of it never began: the host tells of the others, and the same change begins anew`, async () => {
      const site = await Site.open(await localHost());
      try {
        await site.deploy({ version: "1.0" });
        const command = await site.command({ version: "2.0", generation: 2 });
        const folder = join(site.on.host.root, "instances", site.instance, "activations", `000002.${encodeName(command.tx)}`);
        await mkdir(folder);
        await symlink(`../../../../releases/${command.release.sha256}`, join(folder, "release"));
        for (const name of ["journal", "spec"]) await writeFile(join(folder, name), journal);
        expect(await site.report()).toMatchObject({ openTx: null, current: { version: "1.0" }, journal: [{ outcome: "done" }] });
        expect(await site.activate(command)).toMatchObject({ kind: "verified", changed: true });
        expect(await site.activate(command)).toMatchObject({ kind: "verified", changed: true });
        expect(await site.report()).toMatchObject({ generation: 2, verified: { version: "2.0" } });
      } finally {
        await site.dispose();
      }
    });
  }
});
