import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Delivery } from "../../src/core/alert/outbox.ts";
import type { SyslogAlert } from "../../src/core/alert/settings.ts";
import { DatagramReceiver } from "../support/datagram_receiver.ts";
import {
  FATAL,
  KILLED,
  makeItem,
  makeMessage,
  makeRecord,
  makeSyslogAlert,
  RUNNING,
} from "../support/make_alert.ts";
import { makeSender } from "../support/send_context.ts";

function send(settings: Partial<SyslogAlert>, message = makeMessage()): Promise<Delivery> {
  return makeSender().send(makeSyslogAlert(settings), message);
}

const THREE = makeMessage({
  items: [
    makeItem({ event: "exited_unexpectedly", record: makeRecord(KILLED) }),
    makeItem({ event: "fatal", record: makeRecord(FATAL) }),
    makeItem({
      event: "recovered",
      record: makeRecord(RUNNING),
      since: "2025-12-31T23:59:50.000Z",
    }),
  ],
});

/** RFC 5424, with facility daemon. */
const LINES = [
  `<28>1 2026-01-01T00:00:00.000Z myhost taskmaster ${Deno.pid} exited_unexpectedly - ` +
  "web:0 exited unexpectedly with signal KILL after 3 s",
  `<26>1 2026-01-01T00:00:00.000Z myhost taskmaster ${Deno.pid} fatal - ` +
  "web:0 is FATAL: exited too early with code 1",
  `<29>1 2026-01-01T00:00:00.000Z myhost taskmaster ${Deno.pid} recovered - ` +
  "web:0 has recovered after 10 s: it runs with pid 4712",
];

Deno.test("syslog over UDP sends a datagram of RFC 5424 for each event", async () => {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const received: string[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on("message", (bytes) => {
      received.push(new TextDecoder().decode(bytes));
      if (received.length === 3) resolve();
    });
  });
  const address = { host: "127.0.0.1", port: socket.address().port };
  assert.deepEqual(await send({ target: { kind: "udp", address } }, THREE), { kind: "delivered" });
  await all;
  assert.deepEqual(received, LINES);
  const closed = once(socket, "close");
  socket.close();
  await closed;
});

Deno.test("syslog over TCP counts the octets of each message (RFC 6587)", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const text = listener.accept().then((connection) => new Response(connection.readable).text());
  const target = { kind: "tcp", address: { host: "127.0.0.1", port } } as const;
  assert.deepEqual(await send({ target }, THREE), { kind: "delivered" });
  const frames = LINES.map((line) => `${new TextEncoder().encode(line).length} ${line}`);
  assert.equal(await text, frames.join(""));
  listener.close();
});

Deno.test("syslog over TCP says that nobody listens, which may change", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  assert.deepEqual(await send({ target: { kind: "tcp", address: { host: "127.0.0.1", port } } }), {
    kind: "failed",
    reason: `cannot report to 127.0.0.1:${port}: connection refused`,
    isPermanent: false,
  });
});

Deno.test("syslog over UDP says that a name is unknown", async () => {
  const address = { host: "no-such-host.invalid", port: 514 };
  const delivery = await send({ target: { kind: "udp", address } });
  assert.ok(delivery.kind === "failed" && !delivery.isPermanent);
  assert.match(delivery.reason, /^cannot report to no-such-host\.invalid:514: /);
});

Deno.test("syslog to the local socket writes what syslog(3) writes", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/log`;
  const receiver = new DatagramReceiver(path);
  const settings = { target: { kind: "local", path }, facility: "local3", ident: "tm" } as const;
  assert.deepEqual(await send(settings, THREE), { kind: "delivered" });
  const received = [receiver.take(), receiver.take(), receiver.take()];
  receiver.close();
  const pattern = /^<(\d+)>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d tm\[(\d+)\]: (.*)$/;
  const parts = received.map((line) => pattern.exec(line)?.slice(1) ?? line);
  const pid = String(Deno.pid);
  assert.deepEqual(parts, [
    ["156", pid, "web:0 exited unexpectedly with signal KILL after 3 s"],
    ["154", pid, "web:0 is FATAL: exited too early with code 1"],
    ["157", pid, "web:0 has recovered after 10 s: it runs with pid 4712"],
  ]);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("syslog to a local socket that is not there, or that nobody reads, is a failure", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/log`;
  const settings = { target: { kind: "local", path } } as const;
  assert.deepEqual(await send(settings), {
    kind: "failed",
    reason: `cannot write to "${path}": no such file or directory (ENOENT)`,
    isPermanent: false,
  });
  const receiver = new DatagramReceiver(path);
  let delivery = await send(settings);
  for (let count = 0; delivery.kind === "delivered" && count < 10_000; count++) {
    delivery = await send(settings);
  }
  assert.deepEqual(delivery, {
    kind: "failed",
    reason: `cannot write to "${path}": resource temporarily unavailable (EAGAIN)`,
    isPermanent: false,
  });
  receiver.close();
  await Deno.remove(directory, { recursive: true });
});

Deno.test("syslog cuts what is too long for a receiver, between two characters", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const bytes = listener.accept().then((connection) => new Response(connection.readable).bytes());
  const record = makeRecord({ kind: "fatal", reason: "ä".repeat(5000) });
  const target = { kind: "tcp", address: { host: "127.0.0.1", port } } as const;
  await send({ target }, makeMessage({ items: [makeItem({ record })] }));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await bytes);
  assert.match(text, /^204[78] <26>1 .*ä$/);
  listener.close();
});
