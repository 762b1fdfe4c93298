import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillDisk } from "./testing/full-disk";
import { localHost } from "./testing/local-host";
import { serverPackage } from "./testing/packages";
import { Site } from "./testing/site";

const folder = await mkdtemp(join(tmpdir(), "full-"));

function mounted(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
const canMount = mounted();

describe.skipIf(!canMount)(`a full disk${canMount ? "" : " (skipped: this machine does not let us mount a small one)"}`, () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.open(await localHost({ root: folder }));
    await site.deploy({ version: "1.0" });
  });
  afterAll(async () => {
    await rm(join(folder, "fill"), { force: true });
    await site.dispose();
    execFileSync("umount", [folder]);
    await rm(folder, { recursive: true });
  });

  it("refuses a change before the old version is stopped", async () => {
    const command = await site.command({ version: "2.0" });
    fillDisk(join(folder, "fill"));
    const before = await site.report();
    expect(await site.activate(command)).toMatchObject({ kind: "refused", code: "disk_full" });
    expect(await site.report()).toEqual(before);
    expect(await site.serves()).toBe("1.0");
  });

  it("does not keep a new owner from fencing", async () => {
    const fenced = await site.on.transport.fence(site.on.host, {
      instance: site.instance,
      generation: 7,
      cancelUnless: "always",
    });
    expect(fenced.generation).toBe(7);
  });

  it("fails a transfer and leaves no half release", async () => {
    const archive = await serverPackage("good", "does not fit");
    const result = await site.on.transport.stage(site.on.host, archive, async () => Readable.from([archive.bytes]));
    expect(result).toMatchObject({ kind: "failed", code: "disk_full" });
    expect((await site.report()).releases).not.toContain(archive.sha256);
  });

  it("costs no outcome when the new version fills it: the old one runs again and the journal says so", async () => {
    await rm(join(folder, "fill"));
    const environment = { FILL: join(folder, "fill") };
    const result = await site.deploy({
      version: "3.0",
      generation: 7,
      behaviour: "fills-disk",
      settings: { environment, startDeadlineS: 2 },
    });
    expect(result).toMatchObject({ kind: "reverted", code: "unhealthy", report: { current: { version: "1.0" }, openTx: null } });
    expect(await site.serves()).toBe("1.0");
  });
});
