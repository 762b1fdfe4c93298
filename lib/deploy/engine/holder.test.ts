import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { holderName, isGone } from "./holder";

/** The name that a holder in this child has. */
async function nameIn(child: ChildProcess, printed: string): Promise<string> {
  const own = (await holderName()).split("/");
  const [started] = printed.split("\n");
  return [own[0], own[1], child.pid, started, "00000000-0000-4000-8000-000000000000"].join("/");
}

/** A process that says when it started, and then waits to be ended. */
async function started(): Promise<{ readonly child: ChildProcess; readonly name: string }> {
  const program = `const stat = require("node:fs").readFileSync("/proc/self/stat", "utf8");
    console.log(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await once(child.stdout, "data");
  return { child, name: await nameIn(child, String(printed)) };
}

const changed = (name: string, part: number, to: string) => name.split("/").with(part, to).join("/");

describe("a holder of leases", () => {
  it("of this process has another name each time, and is there", async () => {
    const [one, other] = await Promise.all([holderName(), holderName()]);
    expect(one).not.toBe(other);
    expect(await isGone(one)).toBe(false);
  });

  it("is gone once its process was killed, not while it is frozen", async () => {
    const { child, name } = await started();
    expect(await isGone(name)).toBe(false);
    child.kill("SIGSTOP");
    expect(await isGone(name)).toBe(false);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(await isGone(name)).toBe(true);
  });

  it("is gone when its number belongs to a younger process", async () => {
    expect(await isGone(changed(await holderName(), 3, "1"))).toBe(true);
  });

  it("of another run of the kernel, or of another container, is nobody's here to judge", async () => {
    const gone = changed(await holderName(), 3, "1");
    expect(await isGone(changed(gone, 0, "00000000-0000-4000-8000-000000000000"))).toBe(false);
    expect(await isGone(changed(gone, 1, "1"))).toBe(false);
  });

  it("that tells nothing of its process is not gone", async () => {
    expect(await isGone("00000000-0000-4000-8000-000000000000")).toBe(false);
  });
});
