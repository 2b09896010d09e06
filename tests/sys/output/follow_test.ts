import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { FollowEvent } from "../../../src/sys/output/log_watcher.ts";
import { Capture, checksumOf, startWriter } from "./capture.ts";

const KEY = "web.0.stdout";

/** Follows a stream and keeps what it hears. */
class Watcher {
  readonly others: FollowEvent[] = [];
  readonly stop: () => void;
  text = "";
  #wake = () => {};

  constructor(capture: Capture, { lines = 0, ready = Promise.resolve() } = {}) {
    const listener = async (event: FollowEvent) => {
      await ready;
      if (event.kind === "bytes") this.text += new TextDecoder().decode(event.bytes);
      else this.others.push(event);
      this.#wake();
    };
    this.stop = capture.hub.follow(KEY, listener, { lines });
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake = resolve);
  }
}

async function tail(capture: Capture, lines: number): Promise<string> {
  const { bytes, problem } = await capture.hub.tail(KEY, { lines });
  assert.equal(problem, null);
  return new TextDecoder().decode(bytes);
}

Deno.test("OutputHub.tail() gives the last lines", async () => {
  await using capture = new Capture();
  capture.open();
  assert.equal(await tail(capture, 5), "");
  await capture.write("one\ntwo\n\nfour\n");
  assert.equal(await tail(capture, 0), "");
  assert.equal(await tail(capture, 1), "four\n");
  assert.equal(await tail(capture, 2), "\nfour\n");
  assert.equal(await tail(capture, 3), "two\n\nfour\n");
  assert.equal(await tail(capture, 4), "one\ntwo\n\nfour\n");
  assert.equal(await tail(capture, 99), "one\ntwo\n\nfour\n");
  await capture.write("no end");
  assert.equal(await tail(capture, 2), "four\nno end");
});

Deno.test("OutputHub.tail() reads lines of any length, from the rotated file, too", async () => {
  await using capture = new Capture();
  capture.open(KEY, { maxBytes: 400_000, backups: 2 });
  const lines = ["a", "b", "c", "d"].map((letter) => `${letter.repeat(150_000)}\n`);
  for (const line of lines) await capture.write(line);
  assert.deepEqual(capture.names(), ["fifo", "x.log", "x.log.1"]);
  assert.equal(await tail(capture, 1), lines.slice(3).join(""));
  assert.equal(await tail(capture, 2), lines.slice(2).join(""));
  assert.equal(await tail(capture, 3), lines.slice(1).join(""));
  assert.equal(await tail(capture, 9), lines.join(""));
  await capture.write(`${"x".repeat(2_000_000)}\n`);
  assert.equal((await tail(capture, 1)).length, 1_048_576);
});

Deno.test("OutputHub.tail() says why there is nothing", async () => {
  await using capture = new Capture();
  const { bytes, problem } = await capture.hub.tail("nobody", { lines: 5 });
  assert.equal(bytes.length, 0);
  assert.equal(problem, 'the output of "nobody" is not captured');
  await Deno.symlink("/dev/full", capture.log);
  capture.open();
  assert.match(
    (await capture.hub.tail(KEY, { lines: 5 })).problem!,
    /is not a file that can be read/,
  );
  await capture.write("lost\n");
  assert.match((await capture.hub.tail(KEY, { lines: 5 })).problem!, /\(ENOSPC\)$/);
});

Deno.test("OutputHub.follow() gives the last lines, then what is written", async () => {
  await using capture = new Capture();
  capture.open();
  await capture.write("one\ntwo\nthree\n");
  const watchers = [0, 1, 2].map((lines) => new Watcher(capture, { lines }));
  await capture.write("four\n");
  const expected = ["four\n", "three\nfour\n", "two\nthree\nfour\n"];
  for (const [index, watcher] of watchers.entries()) {
    await watcher.until(() => watcher.text === expected[index]);
    watcher.stop();
    assert.deepEqual(watcher.others, []);
  }
});

Deno.test("OutputHub.follow() misses nothing through rotations", async () => {
  await using capture = new Capture({ withHolder: true });
  const fifo = capture.open(KEY, { maxBytes: 1_000_000, backups: 3 });
  const hash = createHash("sha256");
  let bytes = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = capture.hub.follow(KEY, (event) => {
    assert.equal(event.kind, "bytes");
    if (event.kind !== "bytes") return;
    hash.update(event.bytes);
    bytes += event.bytes.length;
    if (bytes === 10_000_008) resolve();
  });
  // In portions, so that the watcher can keep up whatever the machine does.
  for (let from = 1; from <= 1_111_112; from += 111_111) {
    await startWriter(fifo, `seq -f %08.0f ${from} ${Math.min(from + 111_110, 1_111_112)}`).status;
    await capture.drain();
  }
  await promise;
  stop();
  assert.equal(hash.digest("hex"), await checksumOf("seq -f %08.0f 1 1111112"));
});

Deno.test("OutputHub.follow() tells a slow watcher what it has missed", async () => {
  await using capture = new Capture();
  capture.open(KEY, { maxBytes: 10, backups: 3 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = new Watcher(capture, { ready: promise });
  const lines = Array.from({ length: 20 }, (_, number) => `line ${number % 10}\n`);
  for (const line of lines) await capture.write(line);
  resolve();
  await watcher.until(() => watcher.text.endsWith("line 9\n") && watcher.others.length > 0);
  watcher.stop();
  const missed = watcher.others.reduce((sum, event) => {
    assert.equal(event.kind, "gap");
    return event.kind === "gap" ? sum + event.bytes : sum;
  }, 0);
  assert.equal(missed + watcher.text.length, 20 * 7);
  assert.ok(missed > 0);
});

Deno.test("OutputHub.follow() tells what could not be written", async () => {
  await using capture = new Capture();
  capture.open();
  const watcher = new Watcher(capture);
  await Deno.symlink("/dev/full", capture.log);
  capture.hub.reopenAll();
  await capture.write("lost\n");
  await watcher.until(() => watcher.others.length > 0);
  watcher.stop();
  const [event] = watcher.others;
  assert.equal(event?.kind, "lost");
  assert.equal(event.kind === "lost" && event.bytes, 5);
});

Deno.test("OutputHub.follow() ends for a listener that throws, and with the stream", async () => {
  await using capture = new Capture();
  capture.open();
  let calls = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  capture.hub.follow(KEY, () => {
    calls++;
    resolve();
    throw new Error("the connection is gone");
  });
  const watcher = new Watcher(capture);
  await capture.write("one\n");
  await promise;
  await capture.write("two\n");
  await watcher.until(() => watcher.text === "one\ntwo\n");
  assert.equal(calls, 1);
  assert.throws(() => capture.hub.follow("nobody", () => {}), /is not captured$/);
});
