import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { localHost } from "./testing/local-host";
import { serverPackage } from "./testing/packages";
import { Site } from "./testing/site";
import { fetching } from "./testing/suite-fetching";

const folder = await mkdtemp(join(tmpdir(), "fetch-"));
afterAll(() => rm(folder, { recursive: true }));

const pathOf = (tool: string) => execFileSync("sh", ["-c", 'command -v "$1"', "sh", tool], { encoding: "utf8" }).trim();
/** What `stage` and `fetch` use, without anything that asks a web server. */
const TOOLS =
  "sh tar gzip flock awk find mkdir rm cat wc head sha256sum chmod sync mv readlink df dirname id ls ln date sleep setsid renice env nice".split(
    " ",
  );

/** A folder of tools for a host: those above, and programs of the test's own, which may use everything that is here. */
async function toolsWith(own: Readonly<Record<string, string>>, plain: readonly string[] = []): Promise<string> {
  const bin = await mkdtemp(join(folder, "bin-"));
  for (const tool of [...TOOLS, ...plain]) if (!(tool in own)) await symlink(pathOf(tool), join(bin, tool));
  for (const [tool, script] of Object.entries(own)) {
    await writeFile(join(bin, tool), `#!/bin/sh\nexport PATH='${process.env.PATH ?? ""}'\n${script}\n`);
    await chmod(join(bin, tool), 0o755);
  }
  return bin;
}

async function on<T>(PATH: string, test: (site: Site) => Promise<T>): Promise<T> {
  const host = await localHost({ environment: { PATH } });
  try {
    return await test(await Site.open(host));
  } finally {
    await host.dispose();
  }
}

/** Notes its arguments and what it is told on standard input, then is the real one. */
const noted = (tool: string, file: string) =>
  `cat >'${file}.stdin'; printf '%s\\n' "$@" >'${file}.arguments'; exec ${pathOf(tool)} "$@" <'${file}.stdin'`;

describe.each(["curl", "wget"])("a host that has %s", (tool) => {
  it("fetches, goes on where it was, keeps the limit, and shows the address to nobody", async () => {
    const file = join(folder, tool);
    const PATH = await toolsWith({ [tool]: noted(tool, file) });
    const archive = await serverPackage("good", tool);
    const found = await on(PATH, async (site) => {
      const half = async () => Readable.from([archive.bytes.subarray(0, 300)]);
      await site.on.transport.stage(site.on.host, archive, half);
      return await fetching(site, archive, {}, { bytesPerS: 125_000 });
    });
    expect(found).toEqual({ result: { kind: "staged", moved: true }, asked: ["bytes=300-"], opened: 0 });
    const [told, seen] = await Promise.all([readFile(`${file}.stdin`, "utf8"), readFile(`${file}.arguments`, "utf8")]);
    expect(told).toContain("signature=not-to-be-seen");
    expect(seen).not.toContain("http");
    expect(`${told}${seen}`).toMatch(/limit-rate ?= ?125000/);
  });

  it("is sent what it cannot fetch", async () => {
    const archive = await serverPackage("good", `${tool} cut`);
    const { result } = await on(await toolsWith({}, [tool]), (site) => fetching(site, archive, { cutAfter: 250 }));
    expect(result).toMatchObject({
      moved: true,
      fetchFailed: expect.stringMatching(new RegExp(`^${tool} ended with \\d+ at 250 of`)),
    });
  });
});

describe("a host that cannot fetch without showing the address", () => {
  it.each([
    ["has no such tool", {}],
    ["has a wget that takes it as an argument only", { wget: 'echo "BusyBox wget"; exit 1' }],
  ])("is sent the package: it %s", async (_what, own) => {
    const archive = await serverPackage();
    expect(await on(await toolsWith(own), (site) => fetching(site, archive))).toEqual({
      result: { kind: "staged", moved: true, fetchFailed: "there is no curl and no GNU wget" },
      asked: [],
      opened: 1,
    });
  });
});

describe("an address", () => {
  it.each(["file:///etc/passwd", 'http://127.0.0.1/"\noutput = "/tmp/x', "http://127.0.0.1/a b", "-o/tmp/x"])(
    "that is none is refused before anything is asked: %s",
    async (address) => {
      const archive = await serverPackage();
      const refused = on(process.env.PATH ?? "", (site) =>
        site.on.transport.stage(site.on.host, archive, async () => Readable.from([archive.bytes]), {
          delivery: { address: async () => address, bytesPerS: null, background: false },
        }),
      );
      await expect(refused).rejects.toMatchObject({ name: "HostUnreachable", reason: expect.stringContaining("malformed") });
    },
  );
});

describe("preparing", () => {
  it.each([
    ["stands back behind what serves", true],
    ["does not, where it is a way back", false],
  ])("%s", async (_what, background) => {
    const file = join(folder, `nice-${background}`);
    const PATH = [await toolsWith({ tar: `nice >'${file}'; exec ${pathOf("tar")} "$@"` }), process.env.PATH].join(delimiter);
    const archive = await serverPackage();
    await on(PATH, (site) =>
      site.on.transport.stage(site.on.host, archive, async () => Readable.from([archive.bytes]), {
        delivery: { address: null, bytesPerS: null, background },
      }),
    );
    // The tests may themselves run behind others.
    const own = Number(execFileSync("nice", { encoding: "utf8" }));
    const found = Number(await readFile(file, "utf8"));
    if (background) expect(found).toBeGreaterThan(own);
    else expect(found).toBe(own);
  });
});
