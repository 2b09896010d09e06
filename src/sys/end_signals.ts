/** What ends a program that does not listen, and would leave the terminal as it is at that moment. */
export const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Calls `onSignal` at each of them, until the function that is returned is called. */
export function onEndSignal(onSignal: () => void): () => void {
  for (const signal of END_SIGNALS) Deno.addSignalListener(signal, onSignal);
  return () => {
    for (const signal of END_SIGNALS) Deno.removeSignalListener(signal, onSignal);
  };
}
