import assert from "node:assert/strict";
import { sendOverTcp } from "../../src/alert/tcp.ts";

function listen(): { listener: Deno.Listener; port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { listener, port: (listener.addr as Deno.NetAddr).port };
}

const LINE = '{"reason": "grün"}\n';
const BYTES = new TextEncoder().encode(LINE);

Deno.test("sendOverTcp() sends the bytes and closes the connection", async () => {
  const { listener, port } = listen();
  const received = listener.accept().then((connection) => new Response(connection.readable).text());
  assert.equal(await sendOverTcp({ host: "127.0.0.1", port }, BYTES), undefined);
  assert.equal(await received, LINE);
  listener.close();
});

Deno.test("sendOverTcp() looks names up", async () => {
  const { listener, port } = listen();
  const received = listener.accept().then((connection) => new Response(connection.readable).text());
  assert.equal(await sendOverTcp({ host: "localhost", port }, BYTES), undefined);
  assert.equal(await received, LINE);
  listener.close();
});

Deno.test("sendOverTcp() says that nobody listens", async () => {
  const { listener, port } = listen();
  listener.close();
  assert.equal(
    await sendOverTcp({ host: "127.0.0.1", port }, BYTES),
    `cannot report to 127.0.0.1:${port}: connection refused`,
  );
});

Deno.test("sendOverTcp() puts brackets around an IPv6 address", async () => {
  const message = await sendOverTcp({ host: "::1", port: 1 }, BYTES);
  assert.match(message!, /^cannot report to \[::1\]:1: /);
});

Deno.test("sendOverTcp() says that a name is unknown", async () => {
  const message = await sendOverTcp({ host: "no-such-host.invalid", port: 1 }, BYTES);
  assert.match(message!, /^cannot report to no-such-host\.invalid:1: [^\n]+$/);
});

Deno.test("sendOverTcp() gives up on a reader that never reads", async () => {
  const { listener, port } = listen();
  const accepted = listener.accept();
  // More than the buffers of both ends hold.
  const bytes = new Uint8Array(32 * 1024 * 1024);
  const message = await sendOverTcp({ host: "127.0.0.1", port }, bytes, { timeoutMs: 100 });
  assert.equal(message, `cannot report to 127.0.0.1:${port}: no success within 0.1 s`);
  (await accepted).close();
  listener.close();
});

Deno.test("sendOverTcp() gives up on a connection that is never accepted", async () => {
  // Nothing answers for this address, which is reserved for documentation (RFC 5737).
  const message = await sendOverTcp({ host: "192.0.2.1", port: 9 }, BYTES, { timeoutMs: 100 });
  assert.match(message!, /^cannot report to 192\.0\.2\.1:9: [^\n]+$/);
});

Deno.test("sendOverTcp() is content with a reader that reads nothing of a few bytes", async () => {
  const { listener, port } = listen();
  const accepted = listener.accept();
  assert.equal(await sendOverTcp({ host: "127.0.0.1", port }, BYTES), undefined);
  (await accepted).close();
  listener.close();
});
