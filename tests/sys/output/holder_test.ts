import assert from "node:assert/strict";
import { Fifo } from "../../../src/sys/output/fifo.ts";
import { FifoHolder } from "../../../src/sys/output/fifo_holder.ts";
import { Capture } from "./capture.ts";

function held(holder: FifoHolder, fifo: Fifo): Promise<void> {
  return new Promise((resolve) => holder.hold(fifo, resolve));
}

/** What the holder has open, besides /dev/null, which bash has a copy of now and then. */
function openFiles({ identity }: FifoHolder): string[] {
  const directory = `/proc/${identity.pid}/fd`;
  return Array.from(Deno.readDirSync(directory), ({ name }) => name)
    .filter((name) => Number(name) > 2)
    .map((name) => Deno.readLinkSync(`${directory}/${name}`))
    .filter((path) => path !== "/dev/null").sort();
}

Deno.test("FifoHolder has open what it is told to and nothing else", async () => {
  await using capture = new Capture({ withHolder: true });
  const holder = capture.holder!;
  const fifo = new Fifo(`${capture.fifoDirectory}/a b`);
  await held(holder, fifo);
  const own = [".holder.answers", ".holder.commands"].map((n) => `${capture.fifoDirectory}/${n}`);
  assert.deepEqual(openFiles(holder), [...own, fifo.path].sort());
  holder.release(fifo.path);
  const other = new Fifo(`${capture.fifoDirectory}/other`);
  await held(holder, other);
  assert.deepEqual(openFiles(holder), [...own, other.path].sort());
  for (const { path } of [fifo, other]) await Deno.remove(path);
  fifo.close();
  other.close();
});

Deno.test("FifoHolder keeps what is in a FIFO that nobody else has open", async () => {
  await using capture = new Capture({ withHolder: true });
  const path = `${capture.fifoDirectory}/x`;
  const fifo = new Fifo(path);
  await held(capture.holder!, fifo);
  await Deno.writeTextFile(path, "kept");
  fifo.close();
  const again = new Fifo(path);
  assert.equal(again.isNew, false);
  assert.equal(again.availableBytes(), 4);
  again.unlink();
  again.close();
});

Deno.test("FifoHolder takes a thousand commands at once", async () => {
  await using capture = new Capture({ withHolder: true });
  const fifo = new Fifo(`${capture.fifoDirectory}/${"x".repeat(200)}`);
  for (let count = 0; count < 1000; count++) capture.holder!.hold(fifo);
  await held(capture.holder!, fifo);
  fifo.unlink();
  fifo.close();
});

Deno.test("FifoHolder.adopt() finds a holder again, and refuses what is none", async () => {
  await using capture = new Capture({ withHolder: true });
  const options = { directory: capture.fifoDirectory, onEnded: () => {} };
  const { identity } = capture.holder!;
  const adopted = FifoHolder.adopt(JSON.parse(JSON.stringify(identity)), options);
  assert.deepEqual(adopted?.identity, identity);
  adopted!.close();
  assert.equal(FifoHolder.adopt({ ...identity, startTime: "1" }, options), undefined);
  assert.equal(FifoHolder.adopt({ ...identity, bootId: "x" }, options), undefined);
  assert.equal(FifoHolder.adopt({ ...identity, pid: Deno.pid }, options), undefined);
});

Deno.test("FifoHolder tells when it has ended, and streams go on without it", async () => {
  await using capture = new Capture({ withHolder: true });
  capture.open();
  Deno.kill(capture.holder!.identity.pid, "SIGKILL");
  await capture.until(() => capture.warnings.length > 0);
  assert.deepEqual(capture.warnings, ["the holder ended"]);
  assert.equal(capture.holder!.isAlive, false);
  await capture.write("one\n");
  const second = FifoHolder.start({ directory: capture.fifoDirectory, onEnded: () => {} });
  capture.hub.useHolder(second);
  await capture.write("two\n");
  assert.equal(capture.read(), "one\ntwo\n");
  await second.quit();
});
