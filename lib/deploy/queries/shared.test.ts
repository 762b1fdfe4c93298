import { describe, expect, it } from "vitest";
import { shared } from "./shared";

/** A question that is answered when the test says so. */
function controlled() {
  const asked: ((answer: number | Error) => void)[] = [];
  const ask = () =>
    new Promise<number>((resolve, reject) => {
      asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  return { asked, ask: shared(ask) };
}

describe("a shared question", () => {
  it("is asked once for all who come while another is under way, and after it", async () => {
    const { asked, ask } = controlled();
    const first = ask();
    const others = [ask(), ask(), ask()];
    expect(asked).toHaveLength(1);
    asked[0]?.(1);
    expect(await first).toBe(1);
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
    expect(asked).toHaveLength(2);
  });

  it("is asked anew when nobody waits any more", async () => {
    const { asked, ask } = controlled();
    const first = ask();
    asked[0]?.(1);
    await first;
    const second = ask();
    expect(asked).toHaveLength(2);
    asked[1]?.(2);
    expect(await second).toBe(2);
  });

  it("fails for those who asked, and for nobody after them", async () => {
    const { asked, ask } = controlled();
    const first = ask();
    const waiting = ask();
    asked[0]?.(new Error("away"));
    await expect(first).rejects.toThrow("away");
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.(2);
    expect(await waiting).toBe(2);
  });
});
