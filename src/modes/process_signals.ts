/** What signals ask of a supervisor. */
import type { Actor } from "../core/record.ts";
import type { SignalName } from "../core/signal.ts";
import { letIn } from "../sys/process/signal_mask.ts";

/** All that are listened for: an upgrade holds them back until the new program does so, too. */
export const HANDLED: readonly SignalName[] = ["TERM", "INT", "QUIT", "HUP", "USR2"];

const END_SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT"] as const;
/** Task runners pass on what the terminal has sent to us as well: that is one request, not two. */
const SAME_SIGNAL_MS = 200;

export interface SignalRequests {
  readonly isEnding: () => boolean;
  readonly end: (by: Actor) => void;
  /** Asked to end once more. */
  readonly endAtOnce: (by: Actor) => void;
  readonly reload: (by: Actor) => void;
  readonly reopenLogs: () => void;
  /** The kernel's notice that the terminal is gone is the same signal as a request to reload. */
  readonly isHangUp: () => boolean;
}

/**
 * Lets in what an upgrade has held back. What it returns makes signals come to nothing: without a
 * listener, one in the last moments would make an orderly end look like none.
 */
export function handleSignals(requests: SignalRequests): () => void {
  let endAskedAt = -Infinity;
  const end = (signal: Deno.Signal) => {
    const by: Actor = { via: "signal", detail: signal };
    const now = performance.now();
    if (!requests.isEnding()) {
      endAskedAt = now;
      requests.end(by);
    } else if (now - endAskedAt >= SAME_SIGNAL_MS) requests.endAtOnce(by);
  };
  const handlers = new Map<Deno.Signal, () => void>([
    ...END_SIGNALS.map((signal) => [signal, () => end(signal)] as const),
    ["SIGHUP", () => {
      if (!requests.isHangUp()) requests.reload({ via: "signal", detail: "SIGHUP" });
    }],
    ["SIGUSR2", requests.reopenLogs],
  ]);
  let isOver = false;
  for (const [signal, handler] of handlers) {
    Deno.addSignalListener(signal, () => isOver ? undefined : handler());
  }
  letIn(HANDLED);
  return () => {
    isOver = true;
  };
}
