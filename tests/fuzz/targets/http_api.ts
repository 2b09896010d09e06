/**
 * The control interface, on its Unix socket and on TCP: whatever bytes a client sends, it gets an
 * answer that blames the client, or is hung up on.
 */
import { FakeSupervisor } from "../../support/fake_supervisor.ts";
import { writeAll } from "../../support/raw_http.ts";
import { type ServedPage, servePage, TOKENS } from "../../support/served_page.ts";
import { serve, type Served } from "../../support/served_supervisor.ts";
import { expect, type FuzzTarget } from "../target.ts";

const PIECES = [
  ...["GET ", "POST ", "HEAD ", "OPTIONS ", "PUT ", "CONNECT ", " HTTP/1.1\r\n", " HTTP/1.0\r\n"],
  ...[
    "\r\n\r\n",
    "\r\n",
    "Host: x\r\n",
    "Host: 127.0.0.1\r\n",
    "Connection: close\r\n",
    "//[",
    "*",
  ],
  ...["Content-Length: 5\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: chunked\r\n"],
  ...["Content-Type: application/json\r\n", `Authorization: Bearer ${TOKENS.admin}\r\n`],
  ...["Authorization: Basic OjpB\r\n", "Cookie: taskmaster=x\r\n", "Origin: http://[::1]\r\n"],
  ...["Expect: 100-continue\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n", "5;x=y\r\n", "http://["],
  ...["Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"],
  ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "\x81\x85\x01\x02\x03\x04\x69\x67"],
  ...["/v1/processes", "/v1/processes/web:1", "/v1/processes/start", "/v1/processes/signal"],
  ...["/v1/logs?select=web", "/v1/events?limit=1", "/v1/events/follow", "/v1/usage", "/metrics"],
  ...["/v1/processes/term/attach", "/v1/shutdown", "/v1/upgrade", "/v1/reload", "/v1/plan", "/"],
  ...[
    "/sign-in",
    "/sign-out",
    "/healthz",
    "/v1/openapi.json",
    "?select=",
    "&",
    "%00",
    "%ff",
    "../",
  ],
  ...[
    '{"selectors": ["web"]}',
    '{"selectors": ["web"], "wait": false}',
    '"signal": "TERM"',
    "[[[[",
  ],
  ...['{"__proto__": 1}', '{"executable": "x"}', '{"leaveRunning": true}', "null", "1e999"],
];

const PROGRAMS = [{ name: "web", numprocs: 2 }, { name: "term", tty: true }];
/** Whoever follows something is never told the end. */
const QUIET_MS = 30;
const PUMP_MS = 120_000;
/** What is kept of requests, by the fakes, is let go then. */
const RUNS_PER_WORLD = 300;
const ANSWERS = /^(HTTP\/1\.1 (1\d\d|200|204|30\d|4\d\d) |$)/;

class World {
  readonly supervisor = new FakeSupervisor(PROGRAMS);
  #socket: Served | null = null;
  #page: ServedPage | null = null;

  async open(): Promise<this> {
    await this.supervisor.boot();
    this.#socket = await serve(this.supervisor);
    this.#page = await servePage(this.supervisor);
    return this;
  }

  connect(isLocal: boolean): Promise<Deno.Conn> {
    if (isLocal) return Deno.connect({ transport: "unix", path: this.#socket!.path });
    return Deno.connect({ port: Number(new URL(this.#page!.origin).port), hostname: "127.0.0.1" });
  }

  get bugs(): readonly unknown[] {
    return [...this.#socket?.bugs ?? [], ...this.#page?.bugs ?? []];
  }

  async close(): Promise<void> {
    // At once: each waits until nothing is watched any more, by the other neither.
    await Promise.all([this.#page, this.#socket].map((each) => each?.[Symbol.asyncDispose]()));
  }
}

export async function open(): Promise<FuzzTarget> {
  let world = await new World().open();
  let runs = 0;
  return {
    pieces: PIECES,
    async run(input) {
      const { supervisor } = await world.supervisor.controller.snapshot(["web"]);
      if (++runs % RUNS_PER_WORLD === 0 || supervisor.shuttingDown) {
        await world.close();
        world = await new World().open();
      }
      const answers: string[] = [];
      for (const isLocal of [true, false]) {
        const answer = await exchange(world, isLocal, input);
        expect(ANSWERS.test(answer), `an answer of its own making: ${answer.slice(0, 200)}`);
        answers.push(answer.slice(9, 12) + (/"code":"(\w+)"/.exec(answer)?.[1] ?? ""));
      }
      if (world.bugs.length > 0) {
        const [bug] = world.bugs;
        world = await new World().open();
        throw bug;
      }
      return answers.join(" ");
    },
    close: () => world.close(),
  };
}

/** What is answered until it is quiet. Time passes for the supervisor meanwhile. */
async function exchange(world: World, isLocal: boolean, input: Uint8Array): Promise<string> {
  const connection = await world.connect(isLocal);
  const reading = readAll(connection);
  try {
    const half = input.length >> 1;
    await writeAll(connection, input.subarray(0, half));
    await writeAll(connection, input.subarray(half));
    await connection.closeWrite().catch(ignoreGone);
    await world.supervisor.clock.advance(PUMP_MS);
    await reading.quiet();
  } finally {
    connection.close();
  }
  return await reading.text;
}

/** Reads until the end or until the connection is closed under it. */
function readAll(connection: Deno.Conn) {
  let lastAt = performance.now();
  let hasEnded = false;
  const read = async (): Promise<string> => {
    const buffer = new Uint8Array(65_536);
    let text = "";
    try {
      for (let count = await connection.read(buffer); count !== null;) {
        lastAt = performance.now();
        text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
        count = await connection.read(buffer);
      }
    } catch (error) {
      ignoreGone(error);
    }
    hasEnded = true;
    return text;
  };
  const text = read();
  return {
    text,
    async quiet(): Promise<void> {
      while (!hasEnded && performance.now() - lastAt < QUIET_MS) {
        await Promise.race([text, new Promise((resolve) => setTimeout(resolve, 2))]);
      }
    },
  };
}

/** We have closed it, or the other side has. */
function ignoreGone(error: unknown): void {
  const { BadResource, BrokenPipe, ConnectionReset, Interrupted, NotConnected } = Deno.errors;
  for (const kind of [BadResource, BrokenPipe, ConnectionReset, Interrupted, NotConnected]) {
    if (error instanceof kind) return;
  }
  throw error;
}
