import { createHash, createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET, HEAD } from "@/app/packages/[sha256]/route";
import { problem } from "@/lib/api/contract";
import { createReleaseLinks } from "@/lib/deploy/packages/release-links";
import { createPackageStore } from "@/lib/deploy/store/packages/package-store";
import { createReleaseKey } from "@/lib/deploy/store/release-key";
import { TestFleet } from "@/lib/deploy/testing/fleet";

const BASE = "http://127.0.0.1:3000";
const bytes = randomBytes(200_000);
const sha256 = createHash("sha256").update(bytes).digest("hex");
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.open();
  globalThis.slipwayCore = fleet.core;
  const writer = await createPackageStore(fleet.core.db).begin();
  for (let at = 0; at < bytes.length; at += 64_000) await writer.write(bytes.subarray(at, at + 64_000));
  const release = { sha256, size: bytes.length };
  await writer.commit({ ...release, kind: "tar.gz", release, files: 1, unpackedSize: 1 });
});
afterAll(async () => {
  globalThis.slipwayCore = undefined;
  await fleet.close();
});

const linkTo = (release: string) => createReleaseLinks(BASE, createReleaseKey(fleet.core.db)).linkTo(release);

async function ask(link: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Response> {
  const { pathname } = new URL(link);
  const params = Promise.resolve({ sha256: pathname.slice(pathname.lastIndexOf("/") + 1) });
  const request = new Request(link, { method, headers: { host: new URL(link).host, ...headers } });
  return await (method === "HEAD" ? HEAD : GET)(request, { params });
}

async function refusal(answer: Response) {
  const { code } = problem.parse(await answer.json());
  return { status: answer.status, code };
}

describe("a signed link", () => {
  it("gives the release, whole or from where a transfer was cut", async () => {
    const link = await linkTo(sha256);
    const whole = await ask(link);
    expect(whole.status).toBe(200);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-length": "200000",
      "accept-ranges": "bytes",
      "cache-control": "no-store, no-transform",
    });
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);

    const rest = await ask(link, { range: "bytes=150001-" });
    expect([rest.status, rest.headers.get("content-range")]).toEqual([206, "bytes 150001-199999/200000"]);
    expect(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(150_001))).toBe(true);
    const part = await ask(link, { range: "bytes=63990-64010" });
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(63_990, 64_011))).toBe(true);
    expect((await ask(link, { range: "bytes=200000-" })).status).toBe(416);
  });

  it("tells its size without the bytes", async () => {
    const answer = await ask(await linkTo(sha256), {}, "HEAD");
    expect([answer.status, answer.headers.get("content-length"), answer.body]).toEqual([200, "200000", null]);
  });

  it("is refused without a signature, with another one, for another release, and when it is over", async () => {
    const forbidden = { status: 403, code: "forbidden" };
    const link = new URL(await linkTo(sha256));
    const without = `${BASE}/packages/${sha256}`;
    const other = new URL(await linkTo("f".repeat(64)));
    const { secret, nowMs } = await createReleaseKey(fleet.core.db)();
    const expires = String(Math.floor(nowMs / 1000) - 1);
    const signature = createHmac("sha256", secret).update(`release ${sha256} until ${expires}`).digest("base64url");
    const tampered = new URL(link);
    tampered.searchParams.set("expires", String(Number(link.searchParams.get("expires")) + 60));
    for (const bad of [
      without,
      `${without}${other.search}`,
      tampered.href,
      `${without}?expires=${expires}&signature=${signature}`,
    ])
      expect(await refusal(await ask(bad)), bad).toEqual(forbidden);
    const key = Buffer.from(secret).toString("base64url");
    expect(await (await ask(tampered.href)).text()).not.toContain(key);
  });

  it("to a release that is not kept finds nothing", async () => {
    expect(await refusal(await ask(await linkTo("0".repeat(64))))).toEqual({ status: 404, code: "not_found" });
  });

  it("is no way around who may ask at all", async () => {
    const answer = await ask(await linkTo(sha256), { host: "evil.example" });
    expect(await refusal(answer)).toEqual({ status: 403, code: "forbidden" });
  });

  it("is worth nothing once the key in the database is another", async () => {
    const link = await linkTo(sha256);
    await fleet.core.db.secret.update({ where: { name: "release-links" }, data: { value: randomBytes(32) } });
    expect((await ask(link)).status).toBe(403);
    expect((await ask(await linkTo(sha256), {}, "HEAD")).status).toBe(200);
  });
});
