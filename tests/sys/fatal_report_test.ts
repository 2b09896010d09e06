import assert from "node:assert/strict";
import { sendFatalReport } from "../../src/sys/fatal_report.ts";

function listen(): { listener: Deno.Listener; port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { listener, port: (listener.addr as Deno.NetAddr).port };
}

const LINE = JSON.stringify({ event: "fatal", process: "web:0", reason: "grün" });

Deno.test("sendFatalReport() sends one line and closes the connection", async () => {
  const { listener, port } = listen();
  const received = listener.accept().then((connection) => new Response(connection.readable).text());
  assert.equal(await sendFatalReport({ host: "127.0.0.1", port }, LINE), undefined);
  assert.equal(await received, `${LINE}\n`);
  listener.close();
});

Deno.test("sendFatalReport() looks names up", async () => {
  const { listener, port } = listen();
  const received = listener.accept().then((connection) => new Response(connection.readable).text());
  assert.equal(await sendFatalReport({ host: "localhost", port }, LINE), undefined);
  assert.equal(await received, `${LINE}\n`);
  listener.close();
});

Deno.test("sendFatalReport() says that nobody listens", async () => {
  const { listener, port } = listen();
  listener.close();
  assert.equal(
    await sendFatalReport({ host: "127.0.0.1", port }, LINE),
    `cannot report to 127.0.0.1:${port}: connection refused`,
  );
});

Deno.test("sendFatalReport() puts brackets around an IPv6 address", async () => {
  const message = await sendFatalReport({ host: "::1", port: 1 }, LINE);
  assert.match(message!, /^cannot report to \[::1\]:1: /);
});

Deno.test("sendFatalReport() says that a name is unknown", async () => {
  const message = await sendFatalReport({ host: "no-such-host.invalid", port: 1 }, LINE);
  assert.match(message!, /^cannot report to no-such-host\.invalid:1: [^\n]+$/);
});

Deno.test("sendFatalReport() gives up on a reader that never reads", async () => {
  const { listener, port } = listen();
  const accepted = listener.accept();
  // More than the buffers of both ends hold.
  const line = "x".repeat(32 * 1024 * 1024);
  const message = await sendFatalReport({ host: "127.0.0.1", port }, line, { timeoutMs: 100 });
  assert.equal(message, `cannot report to 127.0.0.1:${port}: no success within 0.1 s`);
  (await accepted).close();
  listener.close();
});

Deno.test("sendFatalReport() gives up on a connection that is never accepted", async () => {
  // Nothing answers for this address, which is reserved for documentation (RFC 5737).
  const message = await sendFatalReport({ host: "192.0.2.1", port: 9 }, LINE, { timeoutMs: 100 });
  assert.match(message!, /^cannot report to 192\.0\.2\.1:9: [^\n]+$/);
});

Deno.test("sendFatalReport() is content with a reader that reads nothing of a short line", async () => {
  const { listener, port } = listen();
  const accepted = listener.accept();
  assert.equal(await sendFatalReport({ host: "127.0.0.1", port }, LINE), undefined);
  (await accepted).close();
  listener.close();
});
