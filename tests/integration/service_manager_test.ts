/** What systemd is told, by the protocol of sd_notify(3). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatagramReceiver } from "../support/datagram_receiver.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { isRoot, Place } from "../support/taskmaster_place.ts";

const WEB = "web: {cmd: sleep 1000, numprocs: 2, starttime: 0}";

/** Both names of it: as we bind it, and as systemd says it. */
async function withReceiver(
  kind: "path" | "abstract",
  run: (receiver: DatagramReceiver, place: Place, address: string) => Promise<void>,
): Promise<void> {
  const place = await Place.create();
  const path = kind === "path" ? `${place.out}/notify` : `\0taskmaster-${crypto.randomUUID()}`;
  const receiver = new DatagramReceiver(path);
  try {
    if (kind === "path") await Deno.chmod(path, 0o777);
    await place.configure(WEB);
    await run(receiver, place, path.replace("\0", "@"));
  } finally {
    receiver.close();
    await place.remove();
  }
}

for (const kind of ["path", "abstract"] as const) {
  Deno.test(`READY, RELOADING and STOPPING over a socket with a name of kind ${kind}`, () =>
    withReceiver(kind, async (receiver, place, address) => {
      const env = { NOTIFY_SOCKET: address };
      await using tm = await startTaskmaster({ place, programs: WEB, env });
      assert.equal(await receiver.next(), "READY=1\nSTATUS=1 program, 2 processes\n");
      const { pid } = await tm.next("web:0", "started");
      assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, "utf8"), /NOTIFY_SOCKET|WATCHDOG/);
      tm.signal("SIGHUP");
      const reloading = await receiver.next();
      const [, time] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)\n$/.exec(reloading) ?? [];
      assert.ok(time !== undefined, reloading);
      const uptimeMs = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
      assert.ok(Math.abs(Number(time) / 1000 - uptimeMs) < 60_000, "on this machine's clock");
      assert.equal(await receiver.next(), "READY=1\nSTATUS=1 program, 2 processes\n");
      tm.signal("SIGTERM");
      assert.equal(await receiver.next(), "STOPPING=1\nSTATUS=stopping all programs\n");
      assert.equal(await tm.ended(), 0, tm.describe());
    }));
}

Deno.test("the watchdog hears from it again and again when it asks for that", () =>
  withReceiver("abstract", async (receiver, place, address) => {
    const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: "100000" };
    await using tm = await startTaskmaster({ place, programs: WEB, env });
    assert.match(await receiver.next(), /^READY=1\n/);
    for (let times = 0; times < 4; times++) assert.equal(await receiver.next(), "WATCHDOG=1\n");
    tm.signal("SIGTERM");
    let heard = 4;
    while (await receiver.next() === "WATCHDOG=1\n") heard++;
    assert.equal(await tm.ended(), 0);
    // By its own clock: what comes late comes all at once.
    const [begun, stopping] = ["supervisor_started", "supervisor_stopping"].map((kind) =>
      Date.parse(tm.log.find((record) => record.kind === kind)!.time)
    );
    const most = (stopping! - begun!) / 50 + 1;
    assert.ok(heard <= most, `${heard} times, at half of the time it would be ${most}`);
  }));

Deno.test("a socket that is gone is one line in the log", () =>
  withReceiver("path", async (receiver, place, address) => {
    const env = { NOTIFY_SOCKET: address };
    await using tm = await startTaskmaster({ place, programs: WEB, env });
    assert.match(await receiver.next(), /^READY=1\n/);
    const { seq } = await tm.next(null, "supervisor_started");
    await Deno.remove(address);
    tm.signal("SIGHUP");
    const { message } = await tm.next(null, "note", { after: seq });
    assert.match(message, /^systemd cannot be told how taskmaster does: cannot write to .*ENOENT/);
    await tm.end();
  }));

Deno.test("what an upgrade makes of it says READY, too", () =>
  withReceiver("abstract", async (receiver, place, address) => {
    await using tm = await startTaskmaster({
      ...{ place, programs: WEB, env: { NOTIFY_SOCKET: address } },
      // Somebody who was root first cannot load the modules again from root's cache.
      ...(isRoot ? { as: "nobody" as const } : {}),
    });
    assert.match(await receiver.next(), /^READY=1\n/);
    const { seq } = await tm.next(null, "supervisor_started");
    const upgraded = tm.client("upgrade");
    assert.match(await receiver.next(), /^READY=1\n/);
    assert.equal((await tm.next(null, "supervisor_started", { after: seq - 1 })).pid, tm.pid);
    const { pid } = await tm.next("web:0", "started");
    assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, "utf8"), /NOTIFY_SOCKET/);
    assert.equal((await upgraded).code, 0);
    await tm.end();
  }));
