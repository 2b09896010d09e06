/** What Ctrl-C means for a verb that waits: it ends the waiting, nothing else. */
import type { Following } from "../ports/controller.ts";

/** null when Ctrl-C came first; the promise itself is left to its supervisor. */
export function unlessInterrupted<T>(
  promise: Promise<T>,
  interrupt: AbortSignal,
): Promise<T | null> {
  if (interrupt.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(null);
    interrupt.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => interrupt.removeEventListener("abort", onAbort));
  });
}

/** Ends what is followed at Ctrl-C. Gives the sentence why it ended by itself, else null. */
export async function untilEnded(
  following: Following,
  interrupt: AbortSignal,
): Promise<string | null> {
  const reason = await unlessInterrupted(following.ended, interrupt);
  following.end();
  return reason;
}
