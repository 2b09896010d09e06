/** What goes on until its reader is gone: logs and events, as server-sent events. */
import type { JournalRecord } from "../core/record.ts";
import type { Controller, Following } from "../ports/controller.ts";
import type { OutputStream } from "../ports/spawner.ts";
import type { EventStream } from "./event_stream.ts";
import { Outbox } from "./outbox.ts";
import { pieceToWire, type WireFollowed } from "./wire.ts";

/** A reader that is further behind misses records, and is told how many. */
const MOST_WAITING_RECORDS = 1000;

interface WantedLogs {
  readonly select: readonly string[];
  readonly stream: OutputStream;
  readonly lines: number;
}

/**
 * A slow reader holds up only itself: the log is not read on while a piece waits to be taken, and
 * what was passed over is told as a gap.
 */
export async function followLogs(
  controller: Controller,
  { select, ...wanted }: WantedLogs,
  stream: EventStream,
): Promise<void> {
  const begun = Promise.withResolvers<void>();
  const following = await controller.followOutput(select, wanted, async (name, piece) => {
    await begun.promise;
    await stream.send("piece", pieceToWire(name, piece));
  });
  const { names, refused, unknown } = following;
  const head: WireFollowed = { names, refused, unknown };
  await stream.send("followed", head);
  begun.resolve();
  if (names.length > 0) await untilGone(following, stream);
  following.end();
}

export async function followEvents(controller: Controller, stream: EventStream): Promise<void> {
  const outbox = new Outbox<JournalRecord>({
    capacity: MOST_WAITING_RECORDS,
    send: (record) => stream.send("record", record, record.seq),
    sendGap: (missed) => stream.send("gap", { missed }),
  });
  const following = controller.follow((record) => outbox.offer(record));
  await untilGone(following, stream);
}

async function untilGone(following: Following, stream: EventStream): Promise<void> {
  if (stream.gone.aborted) return following.end();
  stream.gone.addEventListener("abort", () => following.end(), { once: true });
  await following.ended;
}
