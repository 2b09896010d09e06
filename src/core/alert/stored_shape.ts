/** What the state of an alert has to look like to go on from it. */
import {
  count,
  finite,
  flag,
  listOf,
  nullOr,
  object,
  oneOf,
  pairOf,
  type Shape,
  text,
} from "../../base/shape.ts";
import { dateShape, recordShape } from "../record_shape.ts";
import { ALERT_EVENT_NAMES } from "./alert_event.ts";
import { type AlertGroup, type AlertItem, MOST_COUNTS, MOST_ITEMS } from "./message.ts";
import { MOST_MESSAGES } from "./outbox.ts";
import type { StoredAlert } from "./stored_alert.ts";
import type { Trouble } from "./troubles.ts";

const event = oneOf(ALERT_EVENT_NAMES);

const item = object<AlertItem>({
  event,
  record: recordShape,
  starts: nullOr(count),
  since: nullOr(dateShape),
  output: listOf(object({ stream: oneOf(["stdout", "stderr"]), lines: listOf(text) }), 2),
});

const group = {
  items: listOf(item, MOST_ITEMS),
  more: listOf(object({ process: nullOr(text), event, count }), MOST_COUNTS),
};

const trouble: Shape<Trouble> = (value): value is Trouble =>
  object({ event, since: dateShape })(value) &&
  [undefined, true].includes((value as Trouble).isStopping);

export const storedAlertShape: Shape<StoredAlert> = object<StoredAlert>({
  gathering: nullOr(object<AlertGroup>(group)),
  messages: listOf(
    object({ ...group, id: text, createdAt: dateShape, isTest: flag }),
    MOST_MESSAGES,
  ),
  allowance: object({ messages: finite, date: dateShape }),
  made: count,
  sent: count,
  givenUp: count,
  lastSuccess: nullOr(dateShape),
  lastFailure: nullOr(object({ at: dateShape, reason: text })),
  troubles: listOf(pairOf(text, trouble)),
});
