/** One taskmaster process, as whoever started it sees it. */
import { pauseFor } from "../../src/base/pause.ts";
import { isAlive } from "../support/proc.ts";

const NEVER = new AbortController().signal;
const LOOK_AGAIN_MS = 50;

export interface End {
  /** null when it died by a signal, or nobody can know. */
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Life {
  readonly pid: number;
  readonly ended: Promise<End>;
}

/** Of a child of ours. */
export function lifeOf({ pid, status }: Deno.ChildProcess): Life {
  return {
    pid,
    ended: status.then(({ code, signal }) => ({ code: signal ? null : code, signal })),
  };
}

/** Of somebody else's: how it ends is not known. */
export function lifeOfStranger(pid: number): Life {
  const ended = (async () => {
    while (isAlive(pid)) await pauseFor(LOOK_AGAIN_MS, NEVER);
    return { code: null, signal: null };
  })();
  return { pid, ended };
}
