import assert from "node:assert/strict";
import type { Delivery } from "../../src/core/alert/outbox.ts";
import type { HttpAlert } from "../../src/core/alert/settings.ts";
import { makeHttpAlert, makeItem, makeMessage } from "../support/make_alert.ts";
import { makeSender, ORIGIN } from "../support/send_context.ts";
import { CA_FILE, SERVER_CERTIFICATE } from "../support/smtp_receiver.ts";

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Answers as told and keeps what it got. */
async function withServer(
  answer: (request: Request) => Response | Promise<Response>,
  run: (url: string, received: Received[]) => Promise<void>,
  options: { key: string; cert: string } | Record<string, never> = {},
): Promise<void> {
  const received: Received[] = [];
  const server = Deno.serve(
    { ...options, hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { method, headers } = request;
      const body = await request.text();
      received.push({ method, path: new URL(request.url).pathname, headers, body });
      return await answer(request);
    },
  );
  try {
    await run(
      `http${"cert" in options ? "s://localhost" : "://127.0.0.1"}:${server.addr.port}`,
      received,
    );
  } finally {
    await server.shutdown();
  }
}

function send(settings: Partial<HttpAlert>, message = makeMessage()): Promise<Delivery> {
  return makeSender().send(makeHttpAlert(settings), message);
}

const OK = () => new Response("ok");

Deno.test("an HTTP alert posts the document that the manual describes", async () => {
  await withServer(OK, async (url, received) => {
    const output = [{ stream: "stderr", lines: ['no "config"', "bye"] }] as const;
    const message = makeMessage({
      items: [makeItem({ output })],
      more: [{ process: "db", event: "exited_unexpectedly", count: 7 }],
    });
    const headers = { Authorization: "Bearer s3cret-token" };
    assert.deepEqual(await send({ url: `${url}/x`, headers }, message), { kind: "delivered" });
    const [{ method, path, headers: got, body }] = received as [Received];
    assert.deepEqual([method, path], ["POST", "/x"]);
    assert.equal(got.get("authorization"), "Bearer s3cret-token");
    assert.equal(got.get("content-type"), "application/json");
    const { text, events, ...rest } = JSON.parse(body);
    assert.deepEqual(rest, {
      version: 1,
      id: message.id,
      alert: "oncall",
      test: false,
      subject: "[taskmaster myhost] web:0 FATAL, and 7 more events",
      time: message.createdAt,
      host: ORIGIN.host,
      config: ORIGIN.config,
      taskmaster: { name: "test", version: "0.0.0" },
      count: 8,
      more: message.more,
    });
    assert.deepEqual(events, [{
      event: "fatal",
      starts: 4,
      since: null,
      output: { stderr: ['no "config"', "bye"] },
      record: message.items[0]!.record,
    }]);
    assert.match(text, /^web:0 is FATAL: exited too early with code 1\n/);
  });
});

Deno.test("an HTTP alert fits its body into a template, escaped for JSON", async () => {
  await withServer(OK, async (url, received) => {
    const template = '{"text": "{{subject}}: {{ text }}", "n": {{count}}}';
    const { record } = makeItem();
    const items = [makeItem({ record: { ...record, reason: 'say "no"\\' } as typeof record })];
    await send({ url, template }, makeMessage({ items }));
    const { text, n } = JSON.parse(received[0]!.body);
    assert.match(text, /^\[taskmaster myhost\] web:0 FATAL: web:0 is FATAL: say "no"\\\n/);
    assert.equal(n, 1);
  });
});

Deno.test("an HTTP alert leaves a body alone that is no JSON", async () => {
  await withServer(OK, async (url, received) => {
    const headers = { "content-type": "text/plain" };
    const template = '{{process}} "{{event}}" of {{program}} on {{host}}';
    await send({ url, headers, template });
    assert.equal(received[0]!.body, 'web:0 "fatal" of web on myhost');
    assert.equal(received[0]!.headers.get("content-type"), "text/plain");
  });
});

Deno.test.each([
  [500, false],
  [503, false],
  [429, false],
  [408, false],
  [400, true],
  [401, true],
  [404, true],
  [302, true],
])("an HTTP alert that is answered %i is refused for good: %s", async (status, isPermanent) => {
  const headers = { Location: "http://127.0.0.1:1/" };
  await withServer(
    () => new Response("no\u001b such", { status, headers }),
    async (url, received) => {
      const delivery = await send({ url: `${url}/s3cret-path` });
      assert.ok(delivery.kind === "failed");
      assert.equal(delivery.isPermanent, isPermanent);
      assert.match(delivery.reason, new RegExp(`^${url} answers ${status}.*: no\\\\x1b such$`));
      assert.equal(received.length, 1);
    },
  );
});

Deno.test("an HTTP alert never shows its URL or its headers, whatever the server says", async () => {
  const echo = (request: Request) =>
    new Response(`${new URL(request.url).pathname} ${request.headers.get("authorization")}`, {
      status: 403,
    });
  await withServer(echo, async (url) => {
    const headers = { Authorization: "Bearer s3cret-token" };
    const delivery = await send({ url: `${url}/hooks/s3cret-path`, headers });
    assert.ok(delivery.kind === "failed");
    assert.doesNotMatch(delivery.reason, /s3cret/);
    assert.match(delivery.reason, /answers 403 Forbidden: \*\*\* \*\*\*$/);
  });
  let gone = "";
  await withServer(OK, (url) => Promise.resolve(void (gone = url)));
  const delivery = await send({ url: `${gone}/s3cret-path` });
  assert.ok(delivery.kind === "failed");
  assert.match(delivery.reason, /^http:\/\/127\.0\.0\.1:\d+: .*refused/i);
  assert.doesNotMatch(delivery.reason, /s3cret/);
});

Deno.test("an HTTP alert gives up on a server that stalls", async () => {
  const stalled = Promise.withResolvers<Response>();
  await withServer(() => stalled.promise, async (url) => {
    assert.deepEqual(await send({ url, timeoutMs: 100 }), {
      kind: "failed",
      reason: "no success within 0.1 s",
      isPermanent: false,
    });
    stalled.resolve(new Response());
  });
});

Deno.test("an HTTP alert reads no more of an answer than it shows", async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(1000))),
  });
  await withServer(() => new Response(endless, { status: 500 }), async (url) => {
    const delivery = await send({ url });
    assert.ok(delivery.kind === "failed");
    assert.ok(delivery.reason.length < 300, delivery.reason);
  });
});

Deno.test("an HTTP alert checks certificates, and trusts the ca_file", async () => {
  await withServer(OK, async (url, received) => {
    const delivery = await send({ url });
    assert.ok(delivery.kind === "failed");
    assert.match(delivery.reason, /the certificate is not trusted \(UnknownIssuer\).*"ca_file"/);
    assert.deepEqual(await send({ url, caFile: CA_FILE }), { kind: "delivered" });
    assert.equal(received.length, 1);
  }, SERVER_CERTIFICATE);
});
