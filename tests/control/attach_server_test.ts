/** Attach over a real WebSocket, to a terminal that is none. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { handleUpgrade } from "../../src/control/attach_server.ts";
import { BoundedServer } from "../../src/control/bounded_server.ts";
import { attachRemotely } from "../../src/control/client/remote_attachment.ts";
import { loadWebSockets } from "../../src/control/websockets.ts";
import type { RequestContext } from "../../src/control/handle_request.ts";
import { ProblemError } from "../../src/control/problem.ts";
import type { AttachListener, AttachOptions, AttachPiece } from "../../src/ports/attachment.ts";
import type { Controller } from "../../src/ports/controller.ts";
import { RefusedError, UnreachableError } from "../../src/ports/remote_errors.ts";

const WINDOW: AttachOptions = { columns: 80, rows: 24, isReadOnly: false, limitsSize: true };

/** What came to the program's side. */
class Terminal {
  readonly keys: string[] = [];
  readonly calls: string[] = [];
  options: AttachOptions | null = null;
  listener: AttachListener = () => {};
  readonly ended = Promise.withResolvers<void>();
  #wake: () => void = () => {};

  attach(name: string, options: AttachOptions, listener: AttachListener) {
    if (name !== "web:0") {
      const fault = { code: "no_such_process" as const, message: `no ${name}` };
      return Promise.resolve({ ok: false as const, error: fault });
    }
    this.options = options;
    this.listener = listener;
    const value = {
      name,
      write: (keys: Uint8Array) => {
        this.keys.push(new TextDecoder().decode(keys));
        this.#wake();
        return Promise.resolve();
      },
      resize: (size: object) => {
        this.calls.push(JSON.stringify(size));
        this.#wake();
      },
      redraw: () => {
        this.calls.push("redraw");
        this.#wake();
      },
      end: () => this.ended.resolve(),
    };
    return Promise.resolve({ ok: true as const, value });
  }

  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise<void>((resolve) => this.#wake = resolve);
  }
}

interface World extends AsyncDisposable {
  readonly path: string;
  readonly terminal: Terminal;
  readonly noted: string[];
  readonly bugs: unknown[];
  readonly closing: AbortController;
}

async function start(rights: readonly string[] = ["read", "operate"]): Promise<World> {
  const directory = await Deno.makeTempDir({ prefix: "taskmaster_test_" });
  const path = `${directory}/socket`;
  const terminal = new Terminal();
  const noted: string[] = [];
  const bugs: unknown[] = [];
  const closing = new AbortController();
  const context: RequestContext = {
    identify: () =>
      rights.length === 0
        ? Promise.reject(new ProblemError("unauthorized", "who is it"))
        : Promise.resolve({ actor: { via: "http" }, mayDo: (need) => rights.includes(need) }),
    controllerFor: () =>
      ({
        noteCommand: (line: string) => Promise.resolve(void noted.push(line)),
        attach: (...words: Parameters<Controller["attach"]>) => terminal.attach(...words),
      }) as unknown as Controller,
    closing: closing.signal,
    requireJsonType: true,
    onRequest: () => {},
    onError: (error) => bugs.push(error),
  };
  const server = new BoundedServer(
    () => Promise.resolve(),
    (request, socket, head) => handleUpgrade(request, socket, head, context),
    { connections: 10, idleMs: 10_000 },
  );
  server.server.listen(path);
  await new Promise((resolve) => server.server.once("listening", resolve));
  return {
    path,
    terminal,
    noted,
    bugs,
    closing,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.close(1000);
      await Deno.remove(directory, { recursive: true });
      assert.deepEqual(bugs, []);
    },
  };
}

function open(
  { path }: World,
  name = "web:0",
  options = WINDOW,
  listener: AttachListener = () => {},
) {
  return attachRemotely({ path, name, options, listener });
}

Deno.test("keys, sizes and the screen go through, each to its end", async () => {
  await using world = await start();
  const { terminal, noted } = world;
  const pieces: AttachPiece[] = [];
  const isOver = Promise.withResolvers<void>();
  const opened = await open(world, "web:0", { ...WINDOW, limitsSize: false }, (piece) => {
    pieces.push(piece);
    if (piece.kind === "end") isOver.resolve();
  });
  assert.ok(opened.ok);
  assert.equal(opened.value.name, "web:0");
  assert.deepEqual(terminal.options, { ...WINDOW, limitsSize: false });
  assert.deepEqual(noted, ["attach web:0"]);
  await opened.value.write(new TextEncoder().encode("l\x03"));
  opened.value.resize({ columns: 100, rows: 30 });
  opened.value.redraw();
  await terminal.until(() => terminal.calls.length === 2);
  assert.deepEqual(terminal.keys, ["l\x03"]);
  assert.deepEqual(terminal.calls, ['{"kind":"resize","columns":100,"rows":30}', "redraw"]);
  await terminal.listener({ kind: "bytes", bytes: new Uint8Array([0, 255, 10]) });
  await terminal.listener({ kind: "end", reason: "process_ended" });
  await isOver.promise;
  assert.deepEqual(pieces, [
    { kind: "bytes", bytes: new Uint8Array([0, 255, 10]) },
    { kind: "end", reason: "process_ended" },
  ]);
  await terminal.ended.promise;
});

Deno.test("a viewer that does not take its time holds up the program's side only", async () => {
  await using world = await start();
  const taken = Promise.withResolvers<void>();
  const isFull = Promise.withResolvers<void>();
  const opened = await open(world, "web:0", WINDOW, () => {
    isFull.resolve();
    return taken.promise;
  });
  assert.ok(opened.ok);
  const bytes = new Uint8Array(2 ** 20);
  let isSent = false;
  const sent = (async () => {
    for (let piece = 0; piece < 16; piece++) {
      await world.terminal.listener({ kind: "bytes", bytes });
    }
    isSent = true;
  })();
  await isFull.promise;
  assert.equal(isSent, false);
  taken.resolve();
  await sent;
  opened.value.end();
  await world.terminal.ended.promise;
});

Deno.test("a refusal comes as one", async () => {
  await using world = await start();
  assert.deepEqual(await open(world, "db"), {
    ok: false,
    error: { code: "no_such_process", message: "no db" },
  });
});

Deno.test("who may only read may only watch", async () => {
  await using world = await start(["read"]);
  await assert.rejects(open(world), (error) => {
    return error instanceof RefusedError && error.code === "forbidden";
  });
  const opened = await open(world, "web:0", { ...WINDOW, isReadOnly: true });
  assert.ok(opened.ok);
  assert.deepEqual(world.noted, []);
  opened.value.end();
  await world.terminal.ended.promise;
});

Deno.test("nobody gets in who is not known", async () => {
  await using world = await start([]);
  await assert.rejects(open(world), (error) => {
    return error instanceof RefusedError && error.code === "unauthorized";
  });
});

Deno.test("the end of the server is the end of the attachment", async () => {
  await using world = await start();
  const pieces: AttachPiece[] = [];
  const isOver = Promise.withResolvers<void>();
  const opened = await open(world, "web:0", WINDOW, (piece) => {
    pieces.push(piece);
    isOver.resolve();
  });
  assert.ok(opened.ok);
  world.closing.abort();
  await isOver.promise;
  assert.deepEqual(pieces, [{ kind: "end", reason: "supervisor_ended" }]);
  await world.terminal.ended.promise;
});

Deno.test("nobody at the socket is said so", async () => {
  await assert.rejects(
    attachRemotely({ path: "/nonexistent", name: "web", options: WINDOW, listener: () => {} }),
    UnreachableError,
  );
});

const HEAD = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

Deno.test.each([
  ["/v1/processes/web:0/attach?columns=x", 400],
  ["/v1/processes/web:0/attach?columns=99999", 400],
  ["/v1/processes/web:0/attach?readOnly=maybe", 400],
  ["/v1/processes/web:0/attach?extra=1", 400],
  ["/v1/processes/%zz/attach", 400],
  ["//[", 400],
  ["http://[", 400],
  ["/v1/processes/web:0", 404],
  ["/", 404],
])("an upgrade of %s gets %d", async (url, status) => {
  await using world = await start();
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(world.path, () => socket.write(`GET ${url} HTTP/1.1\r\n${HEAD}`));
    let text = "";
    socket.on("data", (chunk) => text += chunk.toString());
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
  assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
  assert.equal(JSON.parse(text.split("\r\n\r\n")[1]!).status, status);
});

Deno.test("a message of more than 64 KiB ends the attachment, unread", async () => {
  await using world = await start();
  const socket = connect(world.path, () => {
    socket.write(`GET /v1/processes/web:0/attach HTTP/1.1\r\n${HEAD}`);
    // A binary frame that says it has 2^40 bytes, with a mask of zeros.
    socket.write(Uint8Array.of(0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 65));
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  await world.terminal.ended.promise;
  socket.end();
  await closed;
  assert.deepEqual(world.terminal.keys, []);
});

/** As the page of a browser opens one, by hand. */
async function openPlain({ path }: World, query: string, name = "web:0") {
  const { WebSocket } = await loadWebSockets();
  const socket = new WebSocket(`ws://taskmaster/v1/processes/${name}/attach?${query}`, {
    createConnection: () => connect(path),
    perMessageDeflate: false,
    origin: "http://taskmaster",
  });
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  socket.on("close", (code, reason) => closed.resolve({ code, reason: reason.toString() }));
  return { socket, closed: closed.promise };
}

Deno.test("a viewer that confirms gets little more before it has", async () => {
  await using world = await start();
  const { socket } = await openPlain(world, "confirms=true");
  await new Promise<void>((resolve) => socket.once("message", () => resolve()));
  const bytes = new Uint8Array(40_000);
  const { listener } = world.terminal;
  await listener({ kind: "bytes", bytes });
  let isSent = false;
  const second = Promise.resolve(listener({ kind: "bytes", bytes })).then(() => isSent = true);
  let got = 0;
  await new Promise<void>((resolve) =>
    socket.on("message", ({ length }) => (got += length) === 80_000 && resolve())
  );
  assert.equal(isSent, false);
  socket.send('{"kind": "taken", "bytes": 40000}');
  await second;
  const third = listener({ kind: "bytes", bytes });
  socket.close();
  await third; // who has gone holds nothing up
  await world.terminal.ended.promise;
});

Deno.test("a page is told why it is not attached, in a way that it can read", async () => {
  await using world = await start();
  const { closed } = await openPlain(world, "", "nowhere");
  assert.deepEqual(await closed, { code: 4000, reason: "no nowhere" });
});
