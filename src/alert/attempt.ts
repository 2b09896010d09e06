/** What every kind of alert is given for one attempt, and what it answers. */
import type { AlertSecrets } from "../ports/alerts.ts";
import type { AlertOrigin } from "../render/alert_text.ts";

export interface SinkContext {
  readonly secrets: AlertSecrets;
  readonly origin: AlertOrigin;
  /** Aborted when the time is over: everything is to be given up. */
  readonly signal: AbortSignal;
  /** Sends a datagram to a Unix socket; never waits. The result is what went wrong, if anything. */
  readonly sendDatagram: (path: string, bytes: Uint8Array) => string | undefined;
}

/** `isPermanent`: the same message would be refused again. */
export type Attempt =
  | { readonly failure: null }
  | { readonly failure: string; readonly isPermanent: boolean };
