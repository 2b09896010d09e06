import assert from "node:assert/strict";
import { OutputQueue } from "../../src/shell/output_queue.ts";

/** A terminal that takes a write only when told to. */
class SlowTerminal {
  taken = "";
  #release: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  readonly write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      this.#release = () => {
        this.#release = undefined;
        this.taken += new TextDecoder().decode(bytes);
        resolve();
      };
      this.#fail = reject;
    });

  /** Resolves after what follows from it in the queue. */
  async take(): Promise<void> {
    await settled();
    this.#release?.();
    await settled();
  }

  async fail(): Promise<void> {
    await settled();
    this.#fail?.(new Error("EIO"));
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function open(limitBytes: number) {
  const terminal = new SlowTerminal();
  const events: string[] = [];
  const queue: OutputQueue = new OutputQueue({
    write: terminal.write,
    limitBytes,
    onLost: () => events.push("lost"),
    onDropped: (lines) => events.push(`dropped ${lines}`),
  });
  return { terminal, queue, events };
}

Deno.test("OutputQueue writes everything in order, one write at a time", async () => {
  const { terminal, queue } = open(100);
  queue.push("a");
  queue.push("b");
  await terminal.take();
  assert.equal(terminal.taken, "ab");
  queue.push("c");
  queue.offer(1, () => "d");
  const flushed = queue.flush(10_000);
  await terminal.take();
  assert.equal(await flushed, true);
  assert.equal(terminal.taken, "abcd");
});

Deno.test("OutputQueue drops what is offered while too much waits, and counts it", async () => {
  const { terminal, queue, events } = open(10);
  queue.offer(1, () => "0123456789abc\n");
  queue.offer(3, () => assert.fail("rendered though it was dropped"));
  queue.offer(1, () => assert.fail("rendered though it was dropped"));
  queue.push("prompt");
  let hasRoom = false;
  const room = queue.room().then(() => hasRoom = true);
  await settled();
  assert.equal(hasRoom, false);
  await terminal.take();
  await room;
  await terminal.take();
  assert.equal(terminal.taken, "0123456789abc\nprompt");
  assert.deepEqual(events, ["dropped 4"]);
  queue.offer(1, () => "again");
  await terminal.take();
  assert.match(terminal.taken, /again$/);
  assert.deepEqual(events, ["dropped 4"]);
});

Deno.test("OutputQueue gives up flushing in time", async () => {
  const { terminal, queue } = open(10);
  queue.push("x");
  assert.equal(await queue.flush(5), false);
  await terminal.take();
  assert.equal(await queue.flush(5), true);
});

Deno.test("OutputQueue throws everything away once a write has failed", async () => {
  const { terminal, queue, events } = open(4);
  queue.push("12345");
  const room = queue.room();
  const flushed = queue.flush(10_000);
  await terminal.fail();
  await room;
  assert.equal(await flushed, true);
  queue.push("more");
  assert.equal(queue.isFull, false);
  assert.deepEqual(events, ["lost"]);
});

Deno.test("OutputQueue keeps things back while somebody else has the screen", async () => {
  const { terminal, queue, events } = open(10);
  queue.push("before ");
  await terminal.take();
  queue.hold();
  queue.push("prompt");
  queue.offer(1, () => "event\n");
  queue.offer(2, () => assert.fail("rendered though it was dropped"));
  let isWritten = false;
  const passed = queue.pass(new TextEncoder().encode("passed ")).then(() => isWritten = true);
  await settled();
  assert.equal(isWritten, false);
  await terminal.take();
  await passed;
  assert.equal(terminal.taken, "before passed ");
  queue.release();
  await terminal.take();
  assert.equal(terminal.taken, "before passed promptevent\n");
  assert.deepEqual(events, ["dropped 2"]);
});
