/** The document describes what is really answered. */
import assert from "node:assert/strict";
import * as z from "zod";
import { err } from "../../src/base/result.ts";
import { VERSION } from "../../src/base/version.ts";
import type { Route } from "../../src/control/api.ts";
import { openApiDocument } from "../../src/control/openapi.ts";
import { ALL_ROUTES, findRoute } from "../../src/control/router.ts";
import { makeAlertStatus } from "../support/make_alert_status.ts";
import { FakeOutputLogs } from "../support/fake_output_logs.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";
import { type Schema, validate } from "../support/json_schema.ts";
import { connectTo, request, requestText, writeAll } from "../support/raw_http.ts";
import { serve } from "../support/served_supervisor.ts";

/** One request for each route whose answer comes to an end. */
const REQUESTS: readonly (readonly [method: string, target: string, body?: unknown])[] = [
  ["GET", "/v1/processes"],
  ["GET", "/v1/processes?select=db&select=nothing"],
  ["GET", "/v1/processes/db"],
  ["POST", "/v1/processes/start", { selectors: ["db", "wbe"] }],
  ["POST", "/v1/processes/stop", { selectors: ["web:1"], wait: false }],
  ["POST", "/v1/processes/restart", { selectors: ["all"], wait: false }],
  ["POST", "/v1/processes/signal", { selectors: ["all"], signal: "SIGHUP" }],
  ["POST", "/v1/processes/clear", { selectors: ["all"] }],
  ["GET", "/v1/processes/web%3A0/logs/stdout?lines=3"],
  ["GET", "/v1/logs?select=all&stream=stderr&lines=3"],
  ["GET", "/v1/events"],
  ["GET", "/v1/events?select=crash&limit=5"],
  ["GET", "/v1/plan"],
  ["POST", "/v1/reload", {}],
  ["GET", "/v1/usage"],
  ["GET", "/v1/usage?select=db"],
  ["GET", "/metrics"],
  ["GET", "/v1/config"],
  ["GET", "/v1/version"],
  ["GET", "/v1/openapi.json"],
  ["GET", "/v1/alerts"],
  ["POST", "/v1/alerts/test", { name: "hook" }],
  ["POST", "/v1/shutdown", {}],
];

/** Those that answer with events, and the one that never answers when it worked. */
const OTHERS = ["/v1/logs/follow", "/v1/events/follow", "/v1/upgrade"];

/** Processes in as many states as there are. */
async function variedSupervisor(): Promise<{ supervisor: FakeSupervisor; logs: FakeOutputLogs }> {
  const logs = new FakeOutputLogs();
  const supervisor = new FakeSupervisor(
    [
      { name: "crash", startretries: 0 },
      { name: "db" },
      { name: "done", autorestart: "never" },
      { name: "later", autostart: false },
      { name: "retried", startretries: 9 },
      { name: "web", numprocs: 2 },
    ],
    undefined,
    logs,
  );
  supervisor.usage.set(1, { cpuSeconds: 1.5, memoryBytes: 4096, processes: 2 });
  supervisor.alerts.push(makeAlertStatus({ name: "hook" }), makeAlertStatus({ lastFailure: null }));
  const failure = { stage: "command", message: "no such file" } as const;
  for (const name of ["crash", "retried"]) supervisor.spawner.behaviours.set(name, { failure });
  await supervisor.boot();
  supervisor.spawner.childOf("done").exit({ kind: "code", code: 1 });
  supervisor.spawner.childOf("web:0").exit({ kind: "signal", signal: "SEGV" });
  await supervisor.clock.advance(1);
  logs.set("web:0.stderr", { bytes: Uint8Array.of(0, 255), problem: "the disk is full" });
  return { supervisor, logs };
}

function schemaOf(path: string, method: string, type: string): Schema {
  const document = JSON.parse(JSON.stringify(openApiDocument(ALL_ROUTES, VERSION)));
  const operation = document.paths[path]?.[method.toLowerCase()];
  const { content } = operation.responses["200"];
  assert.ok(type in content, `${method} ${path} answers with ${type}`);
  return content[type].schema ?? true;
}

Deno.test("each answer is what the schema and the document say", async () => {
  const { supervisor } = await variedSupervisor();
  supervisor.configure([{ name: "db", env: { A: "1" } }, { name: "new" }]);
  await using served = await serve(supervisor);
  const seen = new Set<Route>();
  for (const [method, target, body] of REQUESTS) {
    const what = `${method} ${target}`;
    const { route } = findRoute(method, target.replace(/\?.*/, ""));
    seen.add(route);
    const options = body === undefined ? {} : { body: JSON.stringify(body) };
    const asked = request(served.path, method, target, options);
    const { status, headers, body: text } = await inTime(supervisor, asked);
    assert.equal(status, 200, `${what}: ${text}`);
    const type = headers.get("content-type")!;
    const schema = schemaOf(route.path, method, type);
    if (type !== "application/json") continue;
    const answer: unknown = JSON.parse(text);
    assert.ok(route.reply instanceof z.ZodType);
    const parsed = route.reply.safeParse(answer);
    assert.ok(parsed.success, `${what}: ${parsed.error}\n${text}`);
    assert.deepEqual(parsed.data, answer, what);
    assert.deepEqual(validate(schema, answer), [], `${what}: ${text}`);
  }
  const unseen = ALL_ROUTES.filter((route) => !seen.has(route)).map(({ path }) => path);
  assert.deepEqual(unseen.sort(), [...OTHERS].sort());
});

Deno.test("each event of a followed log and of followed records is what its schema says", async () => {
  const { supervisor, logs } = await variedSupervisor();
  await using served = await serve(supervisor);
  logs.set("db:0.stdout", { bytes: new TextEncoder().encode("before\n") });
  using followed = await followEvents(served.path, "/v1/logs/follow?select=db&select=x");
  assert.deepEqual(await followed.take("/v1/logs/follow"), ["followed", "piece"]);
  void logs.tell("db:0.stdout", { kind: "gap", bytes: 3 });
  void logs.tell("db:0.stdout", { kind: "lost", bytes: 3, reason: "the disk is full" });
  assert.deepEqual(await followed.take("/v1/logs/follow"), ["piece", "piece"]);
  using records = await followEvents(served.path, "/v1/events/follow");
  await request(served.path, "POST", "/v1/processes/stop", { body: '{"selectors":["later"]}' });
  supervisor.note("a note");
  assert.deepEqual(await records.take("/v1/events/follow"), ["record", "record"]);
});

Deno.test("the document is JSON, lists every route once and resolves all that it refers to", () => {
  const text = JSON.stringify(openApiDocument(ALL_ROUTES, VERSION));
  const document = JSON.parse(text);
  assert.equal(document.openapi, "3.1.0");
  assert.equal(document.info.version, VERSION);
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const routes = ALL_ROUTES.map(({ method, path }) => `${method} ${path}`);
  assert.equal(new Set(routes).size, routes.length);
  assert.deepEqual(listed.sort(), routes.sort());
  for (const [, reference] of text.matchAll(/"\$ref":"#\/([^"]*)"/g)) {
    const target = reference!.split("/").reduce((value, key) => value?.[key], document);
    assert.notEqual(target, undefined, reference);
  }
  for (const { path } of ALL_ROUTES) {
    const operation = Object.values(document.paths[path])[0] as { parameters: { in: string }[] };
    const braces = path.match(/\{/g)?.length ?? 0;
    assert.equal(operation.parameters.filter((each) => each.in === "path").length, braces);
  }
  const { signal } = document.paths["/v1/processes/signal"].post.requestBody
    .content["application/json"].schema.properties;
  assert.equal(signal.type, "string");
});

Deno.test("the lines of a file that are not named in its report are not sent", async () => {
  const supervisor = await new FakeSupervisor([]).boot();
  const source = { path: "conf.yaml", text: "password: hunter2\nwbe: 1\n" };
  const diagnostics = [
    { severity: "error", code: "unknown_key", message: "x", span: { start: 18, end: 21 } } as const,
  ];
  supervisor.configSource = {
    read: () => err({ message: "1 mistake", report: { source, diagnostics } }),
  };
  await using served = await serve(supervisor);
  for (const [method, target] of [["GET", "/v1/plan"], ["POST", "/v1/reload"]] as const) {
    const { status, body } = await request(served.path, method, target);
    assert.equal(status, 422);
    const { code, report } = JSON.parse(body);
    assert.equal(code, "config_refused");
    assert.deepEqual(report.diagnostics, diagnostics);
    assert.equal(report.source.text, `${" ".repeat(17)}\nwbe: 1\n`);
  }
});

Deno.test("the bytes of a log are sent as they are, with what is wrong in a header", async () => {
  const { supervisor, logs } = await variedSupervisor();
  logs.set("web:1.stdout", {
    bytes: new TextEncoder().encode("π\n"),
    problem: "“log” is gone\r\nX-Evil: 1",
  });
  await using served = await serve(supervisor);
  const target = "/v1/processes/web:1/logs/stdout";
  const { headers, body } = await request(served.path, "GET", target);
  assert.equal(body, "π\n");
  assert.equal(headers.get("x-evil"), null);
  assert.equal(decodeURIComponent(headers.get("x-problem")!), "“log” is gone\r\nX-Evil: 1");
  assert.equal(logs.askedLines, 1000);
});

Deno.test("each request that reads has one record, with the status of its answer", async () => {
  const { supervisor } = await variedSupervisor();
  await using served = await serve(supervisor);
  const wanted: string[] = [];
  for (
    const [target, status] of [
      ["/v1/processes/db", 200],
      ["/v1/processes/nope", 404],
      ["/v1/processes/nope/logs/stdout", 404],
      ["/v1/nope", 404],
    ] as const
  ) {
    assert.equal((await request(served.path, "GET", target)).status, status);
    wanted.push(`${target} ${status}`);
  }
  using _followed = await followEvents(served.path, "/v1/logs/follow?select=db&select=x");
  wanted.push("/v1/logs/follow 200");
  const noted = supervisor.records.flatMap((record) =>
    record.kind === "request" ? [`${record.path} ${record.status}`] : []
  );
  assert.deepEqual(noted, wanted);
});

/** Lets time pass for the supervisor until the promise settles. */
async function inTime<T>(supervisor: FakeSupervisor, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = () => void (isSettled = true);
  promise.then(settle, settle);
  while (!isSettled) await supervisor.clock.advance(10);
  return await promise;
}

/** Reads server-sent events two at a time, each held against its schema. */
async function followEvents(socket: string, target: string) {
  const connection = await connectTo(socket);
  await writeAll(connection, new TextEncoder().encode(requestText("GET", target)));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let text = "";
  const more = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(text)) {
      const read = await connection.read(buffer);
      assert.notEqual(read, null, text);
      text += decoder.decode(buffer.subarray(0, read!));
    }
  };
  await more(/\r\n\r\n/);
  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.match(text, /content-type: text\/event-stream\r\n/i);
  text = text.slice(text.indexOf("\r\n\r\n") + 4);
  return {
    async take(path: string): Promise<string[]> {
      const two = /(?:event: .*\ndata: .*\n\n[^]*){2}/;
      await more(two);
      const { reply } = findRoute("GET", path).route;
      assert.ok(!(reply instanceof z.ZodType));
      const events = [...text.matchAll(/event: (.*)\ndata: (.*)\n\n/g)];
      text = "";
      for (const [, name = "", data = ""] of events) {
        const parsed = reply[name]?.safeParse(JSON.parse(data));
        assert.ok(parsed?.success, `${name}: ${parsed?.error}\n${data}`);
      }
      return events.map(([, name = ""]) => name);
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

Deno.test.each([["/v1/processes"], ["/metrics"], ["/v1/events/follow"]])(
  "HEAD %s is what GET says of its answer, without it",
  async (target) => {
    const supervisor = await new FakeSupervisor([{ name: "db" }]).boot();
    await using served = await serve(supervisor);
    const { status, headers, body } = await request(served.path, "HEAD", target);
    assert.deepEqual([status, body], [200, ""]);
    assert.match(headers.get("content-type")!, /^(application|text)\//);
  },
);
