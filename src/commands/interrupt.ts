/** What Ctrl-C means for a verb that waits: it ends the waiting, nothing else. */
import { pauseFor } from "../base/pause.ts";
import type { Following } from "../ports/controller.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";

/** What a verb may take to end after Ctrl-C. */
const LEAVE_MS = 500;

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

/**
 * The exit code of a verb that runs. One that does not end after Ctrl-C waits for an answer that does
 * not come: it is left to itself, and so is what becomes of it.
 */
export async function orLeave(verb: Promise<ExitCode>, interrupt: AbortSignal): Promise<ExitCode> {
  const over = new AbortController();
  const left = Promise.withResolvers<ExitCode>();
  const onAbort = () =>
    void pauseFor(LEAVE_MS, over.signal).then(() => left.resolve(EXIT.interrupted));
  interrupt.addEventListener("abort", onAbort, { once: true });
  verb.catch(() => {}); // told by the race while somebody waits
  try {
    return await Promise.race([verb, left.promise]);
  } finally {
    over.abort();
    interrupt.removeEventListener("abort", onAbort);
  }
}
