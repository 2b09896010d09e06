/** What of an alert outlives the supervisor, and how it goes on from there. */
import type { AlertGroup, AlertMessage } from "./message.ts";
import { type Failure, type Moment, newOutbox, type Outbox } from "./outbox.ts";
import type { AlertSettings } from "./settings.ts";
import type { Trouble } from "./troubles.ts";

/** Plain data without times of the monotonic clock, which mean nothing to another process. */
export interface StoredAlert {
  readonly gathering: AlertGroup | null;
  readonly messages: readonly AlertMessage[];
  /** How many messages could have been sent at once, and when that was so: ISO 8601. */
  readonly allowance: { readonly messages: number; readonly date: string };
  readonly made: number;
  readonly sent: number;
  readonly givenUp: number;
  readonly lastSuccess: string | null;
  readonly lastFailure: Failure | null;
  readonly troubles: readonly (readonly [string, Trouble])[];
}

export function storeAlert(
  outbox: Outbox,
  troubles: StoredAlert["troubles"],
  { now, date }: Moment,
): StoredAlert {
  const { gathering, messages, allowance, made, sent, givenUp, lastSuccess, lastFailure } = outbox;
  const agoMs = now - allowance.at;
  return {
    gathering: gathering === null ? null : { items: gathering.items, more: gathering.more },
    messages,
    allowance: {
      messages: allowance.messages,
      date: new Date(new Date(date).getTime() - agoMs).toISOString(),
    },
    ...{ made, sent, givenUp, lastSuccess, lastFailure, troubles },
  };
}

/** What waits is due at once: much time may have passed. */
export function restoreOutbox(
  stored: StoredAlert,
  settings: AlertSettings,
  { now, date }: Moment,
): Outbox {
  const { gathering, messages, allowance, made, sent, givenUp, lastSuccess, lastFailure } = stored;
  // The date may have been set back meanwhile.
  const agoMs = Math.max(0, new Date(date).getTime() - new Date(allowance.date).getTime());
  return {
    ...newOutbox(settings, now),
    gathering: gathering === null ? null : { ...gathering, dueAt: now },
    messages,
    allowance: { messages: allowance.messages, at: now - agoMs },
    ...{ made, sent, givenUp, lastSuccess, lastFailure },
  };
}
