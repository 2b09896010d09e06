import assert from "node:assert/strict";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import { CapturedStream } from "../../../src/sys/output/captured_stream.ts";
import { CapturePipe } from "../../../src/sys/output/capture_pipe.ts";
import { LargePipes } from "../../../src/sys/output/large_pipes.ts";
import type { LogWriter } from "../../../src/sys/output/log_writer.ts";

Deno.test("CapturedStream.drained() settles when asked for at the end of an empty turn", async () => {
  const directory = await Deno.makeTempDir();
  let turns = 0;
  const writer = { attach: () => {}, detach: () => {}, enqueue: () => turns++ };
  const pipe = new CapturePipe(directory, "x", null);
  const listener = { onLoss: () => {}, onRecovered: () => {} };
  const stream = new CapturedStream(
    { key: "x", pipe, largePipes: new LargePipes(), listener },
    writer as unknown as LogWriter,
    { maxBytes: 0, backups: 0 },
  );
  const first = stream.drained();
  assert.equal(turns, 1);
  assert.equal(stream.fill().bytes, 0);
  const second = stream.drained();
  stream.turnEnded(0);
  await first;
  assert.equal(turns, 2);
  stream.fill();
  stream.turnEnded(0);
  await second;
  await stream.stop();
  pipe.remove();
  await watchingStopped();
  await Deno.remove(directory);
});
