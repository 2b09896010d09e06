/**
 * Signals that have to wait: a blocked one stays pending, also while this process becomes another
 * program (execve(2)), and is delivered when it is let in.
 */
import { type SignalName, signalNumber } from "../../core/signal.ts";
import { libc } from "../libc.ts";
import { SystemError } from "../system_error.ts";

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
/** A sigset_t of glibc. */
const SIGNAL_SET_BYTES = 128;

/**
 * For this thread, and what it becomes or starts. Other threads take such a signal all the same, as
 * long as there are any: the next program begins with one. Throws a SystemError.
 */
export function holdBack(signals: readonly SignalName[]): void {
  change(SIG_BLOCK, signals);
}

/** For this thread: what is pending comes now. Throws a SystemError. */
export function letIn(signals: readonly SignalName[]): void {
  change(SIG_UNBLOCK, signals);
}

function change(how: number, signals: readonly SignalName[]): void {
  const set = new Uint8Array(SIGNAL_SET_BYTES);
  for (const name of signals) {
    const bit = signalNumber(name) - 1;
    set[bit >> 3]! |= 1 << (bit & 7);
  }
  const errno = libc().pthread_sigmask(how, set, null);
  if (errno !== 0) throw new SystemError({ call: "pthread_sigmask", errno });
}
