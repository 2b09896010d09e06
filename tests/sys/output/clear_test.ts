import assert from "node:assert/strict";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import { OutputHub } from "../../../src/sys/output/output_hub.ts";

Deno.test("clear() empties a log while it is being written, and leaves no hole", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/log`;
  const fail = (message: string) => assert.fail(message);
  const hub = new OutputHub({
    fifoDirectory: `${directory}/fifo`,
    holder: null,
    onLoss: ({ reason }) => fail(reason),
    onRecovered: () => {},
    onWarning: fail,
  });
  try {
    const fifo = hub.open("web.0.stdout", { path, maxBytes: 0, backups: 0 });
    const writer = new Deno.Command("/bin/sh", {
      args: ["-c", `exec 1<>"$1"; yes | head -c 20000000`, "sh", fifo],
    }).spawn();
    for (let round = 0; round < 20; round++) await hub.clear("web.0.stdout");
    await writer.status;
    await hub.drain("web.0.stdout", { limitMs: 5000 });
    const text = await Deno.readFile(path);
    assert.equal(text.includes(0), false);
    await hub.clear("web.0.stdout");
    assert.equal((await Deno.stat(path)).size, 0);
  } finally {
    await hub.shutdown({ keepFifos: false });
    await watchingStopped();
    await Deno.remove(directory, { recursive: true });
  }
});
