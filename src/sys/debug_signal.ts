/** SIGUSR1, which since Deno 2.9.2 opens a debugger on a TCP port, with no switch against it. */
import { addressOf, libc } from "./libc.ts";

const SIGUSR1 = 10;

/**
 * Lets SIGUSR1 come to nothing: behind the debugger's port any user of the machine could do what we
 * may do. The signal cannot be used for anything else by then, for the runtime hears it as well.
 *
 * A listener makes the runtime install its handler, which it does once. Then a handler takes its place
 * that does nothing; abs(3) takes an int and touches nothing. (Ignored signals, unlike handlers, would
 * be inherited by children.)
 */
export function disarmDebugSignal(): void {
  const listener = () => {};
  Deno.addSignalListener("SIGUSR1", listener);
  Deno.removeSignalListener("SIGUSR1", listener);
  libc().signal(SIGUSR1, addressOf("abs"));
}
