/** Does something for each of many, at most `most` at a time, in their order. One that fails ends nothing but itself: `act` must not throw. */
export async function eachBounded<T>(items: readonly T[], most: number, act: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}
