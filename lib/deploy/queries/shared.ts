/**
 * The same costly question, asked by many at once, is asked once. Whoever comes while it is being answered waits for the next
 * round and not for this one: an answer is never older than the question.
 */
export function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;

  const start = (): Promise<T> => {
    const answer = ask();
    const over: Promise<void> = answer.then(done, done);
    running = over;
    function done(): void {
      if (running === over) running = null;
    }
    return answer;
  };

  return () => {
    if (running === null) return start();
    next ??= running.then(() => {
      next = null;
      return start();
    });
    return next;
  };
}
