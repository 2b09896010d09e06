import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { BoundedServer, type ServerLimits } from "../../src/control/bounded_server.ts";
import { EventStream } from "../../src/control/event_stream.ts";
import { connectTo, readToEnd, requestText, writeAll } from "../support/raw_http.ts";

const LIMITS: ServerLimits = { connections: 3, idleMs: 60_000 };
const REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/** A server whose answers are the test's to give, in the order of the requests. */
function refuseUpgrade(_request: unknown, socket: { destroy(): void }): Promise<void> {
  socket.destroy();
  return Promise.resolve();
}

class Answering implements AsyncDisposable {
  readonly path: string;
  readonly responses: ServerResponse[] = [];
  readonly #server: BoundedServer;
  readonly #directory = Deno.makeTempDirSync({ prefix: "taskmaster_test_" });
  #wake: () => void = () => {};
  #isClosed = false;

  constructor(limits: Partial<ServerLimits> = {}) {
    this.path = `${this.#directory}/socket`;
    this.#server = new BoundedServer(
      (_request, response) => {
        this.responses.push(response);
        this.#wake();
        return Promise.resolve();
      },
      refuseUpgrade,
      { ...LIMITS, ...limits },
    );
    this.#server.server.listen(this.path);
  }

  async requests(count: number): Promise<void> {
    while (this.responses.length < count) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    await this.#server.close(graceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) await this.close(0);
    await Deno.remove(this.#directory, { recursive: true });
  }
}

async function send(path: string, text: string): Promise<Deno.UnixConn> {
  const connection = await connectTo(path);
  await writeAll(connection, new TextEncoder().encode(text));
  return connection;
}

/** Again until the requests are there before the time of an idle connection is over. */
async function sendInTime(server: Answering, text: string, count: number) {
  for (;;) {
    const connection = await send(server.path, text);
    const read = readToEnd(connection);
    const isClosed = await Promise.race([server.requests(count), read.then(() => true)]);
    if (isClosed !== true) return { connection, read };
    connection.close();
  }
}

Deno.test("a connection that sends no whole request is closed after its time", async () => {
  await using server = new Answering({ idleMs: 30 });
  for (const text of ["", "GET / HTT", "GET / HTTP/1.1\r\nHost: x\r\n"]) {
    using connection = await send(server.path, text);
    assert.equal(await readToEnd(connection), "");
  }
  assert.deepEqual(server.responses, []);
});

Deno.test("a connection with an answer under way is not idle, also behind another answer", async () => {
  await using server = new Answering({ idleMs: 30 });
  const { connection, read } = await sendInTime(server, REQUEST + REQUEST, 2);
  using _ = connection;
  server.responses[0]!.end("one");
  // Longer than the deadline of what is idle.
  await new Promise((resolve) => setTimeout(resolve, 90));
  server.responses[1]!.end("two");
  assert.match(await read, /one[^]*two/);
});

Deno.test("one connection too many ends the one that has been idle longest", async () => {
  await using server = new Answering();
  using busy = await send(server.path, REQUEST);
  await server.requests(1);
  using longest = await send(server.path, "");
  using idle = await send(server.path, REQUEST);
  await server.requests(2);
  server.responses[1]!.end("done");
  using another = await send(server.path, REQUEST);
  assert.equal(await readToEnd(longest), "");
  await server.requests(3);
  server.responses[0]!.end("busy");
  server.responses[2]!.end("another");
  const reads = [busy, idle, another].map((each) => readToEnd(each));
  await server.close(0);
  const [first, second, third] = await Promise.all(reads);
  assert.match(first!, /busy/);
  assert.match(second!, /done/);
  assert.match(third!, /another/);
});

Deno.test("one connection too many ends the oldest when all are busy", async () => {
  await using server = new Answering({ connections: 1 });
  using oldest = await send(server.path, REQUEST);
  await server.requests(1);
  using another = await send(server.path, REQUEST);
  assert.equal(await readToEnd(oldest), "");
  await server.requests(2);
  server.responses[1]!.setHeader("connection", "close").end("served");
  assert.match(await readToEnd(another), /served/);
});

Deno.test("close() waits for answers under way, but not for ever", async () => {
  await using server = new Answering();
  using quick = await send(server.path, REQUEST);
  using never = await send(server.path, REQUEST);
  using idle = await send(server.path, "");
  await server.requests(2);
  const closing = server.close(200);
  assert.equal(await readToEnd(idle), "");
  server.responses[0]!.setHeader("connection", "close").end("in time");
  assert.match(await readToEnd(quick), /in time/);
  assert.equal(await readToEnd(never), "");
  await closing;
});

Deno.test("what is no HTTP is told so", async () => {
  await using server = new Answering();
  using connection = await send(server.path, "\x00\xff\x13\x37 rubbish\r\n\r\n");
  assert.match(await readToEnd(connection), /^HTTP\/1\.1 400 Bad Request\r\n/);
});

Deno.test("headers of more than 16 KiB are refused before anybody looks at them", async () => {
  await using server = new Answering();
  const large = `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(17 * 1024)}\r\n\r\n`;
  using connection = await send(server.path, large);
  assert.match(await readToEnd(connection), /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.equal(server.responses.length, 0);
});

Deno.test("an EventStream waits for a slow reader and knows when it is gone", async () => {
  await using server = new Answering();
  const connection = await send(server.path, requestText("GET", "/"));
  await server.requests(1);
  const stream = new EventStream(server.responses[0]!);
  const large = { text: "x".repeat(100_000) };
  let sent = 0;
  // Nobody reads: at some time there is no room for more.
  const filling = (async () => {
    for (; sent < 1000 && !stream.gone.aborted; sent++) await stream.send("large", large);
  })();
  const gone = new Promise((resolve) => stream.gone.addEventListener("abort", resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(sent < 100, `${sent} events were taken into memory`);
  connection.close();
  await gone;
  await filling;
  await stream.send("large", large);
  stream.end();
});

Deno.test("an EventStream writes events as the standard has them, and nothing after its end", async () => {
  await using server = new Answering();
  using connection = await send(server.path, requestText("GET", "/"));
  await server.requests(1);
  const response = server.responses[0]!;
  const errors: unknown[] = [];
  response.on("error", (error) => errors.push(error));
  const stream = new EventStream(response);
  await stream.send("one", { text: "line\nline" });
  await stream.send("two", null, 7);
  stream.end();
  await stream.send("three", 3);
  const text = await readToEnd(connection);
  assert.match(text, /content-type: text\/event-stream/i);
  assert.ok(text.includes('event: one\ndata: {"text":"line\\nline"}\n\n'), text);
  assert.ok(text.includes("id: 7\nevent: two\ndata: null\n\n"), text);
  assert.equal(text.includes("three"), false);
  assert.deepEqual(errors, []);
});

Deno.test("a connection that has been served may come again until its time is over", async () => {
  await using server = new Answering({ idleMs: 1000 });
  using connection = await send(server.path, REQUEST);
  await server.requests(1);
  server.responses[0]!.end("first");
  await writeAll(connection, new TextEncoder().encode(REQUEST));
  await server.requests(2);
  assert.equal(server.responses[0]!.req.socket, server.responses[1]!.req.socket);
  server.responses[1]!.end("second");
  const answers = await readToEnd(connection);
  assert.match(answers, /first[^]*second/);
  // The runtime's own deadline, which is shorter, is off.
  assert.doesNotMatch(answers, /^keep-alive: timeout/im);
});
