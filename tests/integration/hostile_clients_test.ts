/** Clients that mean harm, or know no better: supervision and other clients do not suffer. */
import assert from "node:assert/strict";
import { descriptorsOf, residentKib } from "../support/proc.ts";
import {
  connectTo,
  exchange,
  parseAnswer,
  readToEnd,
  requestText,
  writeAll,
} from "../support/raw_http.ts";
import { randomFrom } from "../support/random.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0, autorestart: always}";
const STATUS = "GET /v1/processes HTTP/1.1\r\nHost: x\r\n\r\n";
const START = "POST /v1/processes/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

/** A killed child is started again, and a client gets its answer, also on a machine with much to do. */
const PROMPT_MS = 10_000;

/** The runtime keeps for later what it once had; a queue without bounds is soon far beyond. */
const MOST_KIB = 192 * 1024;

const encode = (text: string) => new TextEncoder().encode(text);

/** A taskmaster, harmed by `harm` while it does its work; nothing of that may be left afterwards. */
async function withstands(
  harm: (tm: Taskmaster, check: () => Promise<void>) => Promise<void>,
  { programs = "", daemon = "" } = {},
): Promise<void> {
  await using tm = await startTaskmaster({ programs: `${WEB}\n${programs}`, daemon });
  await tm.next("web", "running");
  // What the first requests load and keep is nobody's leak.
  for (let round = 0; round < 20; round++) {
    await exchange(tm.place.socket, requestText("GET", "/v1/processes"));
  }
  const connections = socketsOf(tm.pid);
  const memory = residentKib(tm.pid);
  await harm(tm, () => assertWorks(tm));
  await assertWorks(tm);
  await tm.until(() => socketsOf(tm.pid) <= connections);
  const grown = residentKib(tm.pid) - memory;
  assert.ok(grown < MOST_KIB, `${grown} KiB more than before`);
  const bug = tm.log.find((record) =>
    record.kind === "note" && record.message.startsWith("internal error")
  );
  assert.equal(bug, undefined);
  await tm.end();
}

function socketsOf(pid: number): number {
  return Object.values(descriptorsOf(pid)).filter((to) => to.startsWith("socket:")).length;
}

async function assertWorks(tm: Taskmaster): Promise<void> {
  const { pid } = tm.log.findLast((record) =>
    record.process === "web" && record.kind === "running"
  ) as {
    pid: number;
  };
  const after = tm.now;
  const begun = performance.now();
  Deno.kill(pid, "SIGKILL");
  await tm.next("web", "running", { after });
  const text = await exchange(tm.place.socket, requestText("GET", "/v1/processes/web"));
  const { status, body } = parseAnswer(text);
  assert.equal(status, 200);
  assert.equal(JSON.parse(body).name, "web");
  const tookMs = performance.now() - begun;
  assert.ok(tookMs < PROMPT_MS, `took ${Math.round(tookMs)} ms`);
}

Deno.test("random bytes, and requests with random mistakes, are answered or hung up on", () =>
  withstands(async ({ place }) => {
    const random = randomFrom(4711);
    const bytes = (count: number) => Uint8Array.from({ length: count }, () => random() * 256);
    const valid = encode(`${START}Content-Length: 23\r\n\r\n{"selectors": ["nope"]}`);
    for (let round = 0; round < 100; round++) {
      const spoilt = valid.slice();
      for (let place = 0; place < 3; place++) {
        spoilt[Math.floor(random() * spoilt.length)] = random() * 256;
      }
      for (const input of [bytes(1 + random() * 2000), spoilt]) {
        using connection = await connectTo(place.socket);
        await writeAll(connection, input);
        await connection.closeWrite();
        const answer = await readToEnd(connection);
        assert.match(answer, /^(HTTP\/1\.1 [24]\d\d |$)/, JSON.stringify(answer));
      }
    }
  }));

Deno.test("requests that break off half way leave nothing behind", () =>
  withstands(async ({ place }, check) => {
    const request = `${START}Content-Length: 23\r\n\r\n{"selectors": ["nope"]}`;
    const halves = Array.from({ length: 100 }, (_, index) => request.slice(0, 1 + 1.5 * index));
    const connections = await Promise.all(halves.map(async (half) => {
      const connection = await connectTo(place.socket);
      await writeAll(connection, encode(half));
      return connection;
    }));
    await check();
    for (const connection of connections) connection.close();
  }));

Deno.test("six hundred connections that do nothing keep nobody out", () =>
  withstands(async ({ place }, check) => {
    const idle: Deno.UnixConn[] = [];
    for (let count = 0; count < 600; count++) idle.push(await connectTo(place.socket));
    await check();
    for (const connection of idle) connection.close();
  }));

Deno.test("six hundred who follow for ever keep nobody out", () =>
  withstands(async ({ place }, check) => {
    const request = encode(requestText("GET", "/v1/events/follow"));
    const followers: Deno.UnixConn[] = [];
    for (let count = 0; count < 600; count++) {
      const connection = await connectTo(place.socket);
      await writeAll(connection, request);
      followers.push(connection);
    }
    await check();
    for (const connection of followers) connection.close();
  }));

Deno.test("a body that is said to have a gigabyte is refused at once", () =>
  withstands(async ({ place }) => {
    const answer = await exchange(place.socket, `${START}Content-Length: 1073741824\r\n\r\n{`);
    const { status, body } = parseAnswer(answer);
    assert.deepEqual([status, JSON.parse(body).code], [413, "body_too_large"]);
  }));

Deno.test("a gigabyte without a length is cut off after a mebibyte or so", () =>
  withstands(async ({ place }, check) => {
    using connection = await connectTo(place.socket);
    await writeAll(connection, encode(`${START}Transfer-Encoding: chunked\r\n\r\n`));
    const chunk = encode(`100000\r\n${"x".repeat(2 ** 20)}\r\n`);
    let sent = 0;
    while (sent < 1024 && await writeAll(connection, chunk)) sent++;
    assert.ok(sent < 8, `${sent} MiB were taken`);
    const { status, body } = parseAnswer(await readToEnd(connection));
    assert.deepEqual([status, JSON.parse(body).code], [413, "body_too_large"]);
    await check();
  }));

Deno.test("one who follows a flood and never reads costs nothing but his own output", () =>
  withstands(async (tm, check) => {
    await tm.client("start", "flood");
    const readers: Deno.UnixConn[] = [];
    for (let count = 0; count < 3; count++) {
      const connection = await connectTo(tm.place.socket);
      readers.push(connection);
      await writeAll(connection, encode(requestText("GET", "/v1/logs/follow?select=flood")));
    }
    const flooded = () => Deno.statSync(`${tm.place.out}/flood.log`).size;
    await tm.until(() => flooded() > 300e6);
    await check();
    assert.equal((await tm.client("stop", "flood")).code, 0);
    for (const connection of readers) connection.close();
  }, {
    programs: "flood: {cmd: yes, autostart: false, stdout: out/flood.log, stdout_maxbytes: 0}",
  }));

Deno.test("one who follows thousands of events and never reads is told what he has missed", () =>
  withstands(async (tm, check) => {
    using connection = await connectTo(tm.place.socket);
    await writeAll(connection, encode(requestText("GET", "/v1/events/follow")));
    // Every request is an event.
    const pipelined = encode(STATUS.replace("processes", "version").repeat(1000));
    for (let round = 0; round < 10; round++) await sendAndCount(tm, pipelined, 1000);
    await check();
    let text = "";
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65536);
    while (!text.includes("event: gap")) {
      const read = await connection.read(buffer);
      assert.notEqual(read, null, "it ended without a word");
      text += decoder.decode(buffer.subarray(0, read!));
    }
    const { missed } = JSON.parse(/event: gap\ndata: (.*)\n/.exec(text + "\n")?.[1] ?? "{}");
    assert.ok(missed > 1000, text.slice(-300));
  }));

Deno.test("ten thousand requests in a row, and as many pipelined, are all answered", () =>
  withstands(async (tm, check) => {
    using connection = await connectTo(tm.place.socket);
    const one = encode(STATUS);
    const reader = new AnswerCounter(connection);
    for (let count = 1; count <= 10_000; count++) {
      await writeAll(connection, one);
      await reader.until(count);
    }
    await check();
    const hundred = encode(STATUS.repeat(100));
    await Promise.all(Array.from({ length: 10 }, async () => {
      for (let round = 0; round < 10; round++) await sendAndCount(tm, hundred, 100);
    }));
  }));

/** Sends requests on a connection of their own and waits for so many answers. */
async function sendAndCount(tm: Taskmaster, requests: Uint8Array, count: number): Promise<void> {
  using connection = await connectTo(tm.place.socket);
  const reader = new AnswerCounter(connection);
  const sending = writeAll(connection, requests);
  await reader.until(count);
  assert.ok(await sending);
}

class AnswerCounter {
  readonly #connection: Deno.UnixConn;
  readonly #buffer = new Uint8Array(65536);
  #text = "";
  #count = 0;

  constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
  }

  async until(count: number): Promise<void> {
    const begin = "HTTP/1.1 200 OK\r\n";
    while (this.#count < count || this.#text.length > begin.length) {
      if (this.#count >= count && this.#text.endsWith("}\n")) return;
      const read = await this.#connection.read(this.#buffer);
      assert.notEqual(read, null, `${this.#count} answers of ${count}`);
      this.#text += new TextDecoder("latin1").decode(this.#buffer.subarray(0, read!));
      const parts = this.#text.split(begin);
      this.#count += parts.length - 1;
      this.#text = parts.at(-1)!;
    }
  }
}

Deno.test("requests to upgrade to what is not there are answered and let go", () =>
  withstands(async ({ place }) => {
    const upgrade = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    for (const target of ["//[", "http://[", "/v1/processes/%zz/attach", "*", "/"]) {
      const answer = await exchange(place.socket, `GET ${target} HTTP/1.1\r\n${upgrade}`);
      assert.match(answer, /^HTTP\/1\.1 4\d\d /, target);
    }
  }));
