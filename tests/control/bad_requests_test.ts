/** Every kind of bad input gets an answer that says what is wrong with it. */
import assert from "node:assert/strict";
import * as replies from "../../src/control/replies.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";
import { exchange, parseAnswer, type RawAnswer, request } from "../support/raw_http.ts";
import { serve } from "../support/served_supervisor.ts";

const START = "/v1/processes/start";
const MEBIBYTE = 2 ** 20;

interface Wanted {
  readonly status: number;
  readonly code: string;
  readonly detail: RegExp;
}

async function withServer(run: (path: string) => Promise<void>): Promise<void> {
  const supervisor = await new FakeSupervisor([{ name: "web", numprocs: 2 }]).boot();
  const before = await supervisor.states();
  await using served = await serve(supervisor);
  await run(served.path);
  assert.equal(await supervisor.states(), before);
}

function assertProblem({ status, headers, body }: RawAnswer, wanted: Wanted): void {
  assert.equal(headers.get("content-type"), "application/problem+json", body);
  const problem = replies.problem.parse(JSON.parse(body));
  const { code, detail } = problem;
  assert.deepEqual([status, problem.status, code], [wanted.status, wanted.status, wanted.code]);
  assert.match(detail, wanted.detail);
  assert.doesNotMatch(body, /\.ts:|node:|at async/);
}

const notFound = { status: 404, code: "not_found" };
const badRequest = { status: 400, code: "bad_request" };

Deno.test.each<[method: string, target: string, Wanted]>([
  ["GET", "/", { ...notFound, detail: /\/v1\/openapi\.json lists them/ }],
  ["GET", "/v1/proceses", { ...notFound, detail: /no such resource/ }],
  ["GET", "/v1/processes/", { ...notFound, detail: /no such process: ""/ }],
  ["GET", "/v1/processes/wbe:1", { ...notFound, detail: /"wbe:1"; did you mean "web:1"\?$/ }],
  ["GET", "/v1/processes/w*", { ...notFound, detail: /no such process: "w\*"/ }],
  ["GET", "/v1/processes/web:1/logs/stdin", { ...notFound, detail: /stdout and stderr/ }],
  ["GET", "/v1/processes/wbe/logs/stdout", { ...notFound, detail: /no such process/ }],
  ["GET", "/v1/processes/%zz", { ...badRequest, detail: /broken %-escape/ }],
  ["GET", "/v1/processes/%ff", { ...badRequest, detail: /broken %-escape/ }],
  ["GET", "/v1/processes?selekt=web", { ...badRequest, detail: /in the query: .*"selekt"/ }],
  ["GET", "/v1/processes?__proto__=x", { ...badRequest, detail: /in the query: .*__proto__/ }],
  ["GET", "/v1/processes?select=", { ...badRequest, detail: /select\.0: / }],
  ["GET", "/v1/plan?dry=1", { ...badRequest, detail: /takes no parameter "dry"/ }],
  ["GET", "/v1/logs", { ...badRequest, detail: /select: name at least one process/ }],
  ["GET", "/v1/logs?select=web&stream=out", { ...badRequest, detail: /stream: .*stdout/ }],
  ["GET", "/v1/logs?select=web&lines=-1", { ...badRequest, detail: /lines: expected a whole/ }],
  ["GET", "/v1/logs?select=web&lines=9999999", {
    ...badRequest,
    detail: /lines: at most 1000000/,
  }],
  ["GET", "/v1/logs?select=web&lines=1&lines=2", { ...badRequest, detail: /lines: .*string/ }],
  ["GET", "/v1/events?limit=all", { ...badRequest, detail: /limit: expected a whole number/ }],
  ["GET", "http://[", { ...badRequest, detail: /path cannot be read/ }],
])(
  "%s %s is refused",
  (method, target, wanted) =>
    withServer(async (path) => assertProblem(await request(path, method, target), wanted)),
);

Deno.test.each<[method: string, target: string, allow: string]>([
  ["DELETE", "/v1/processes", "GET, HEAD"],
  ["POST", "/v1/processes/web:1", "GET, HEAD"],
  ["PUT", START, "POST, GET, HEAD"],
  ["OPTIONS", "/v1/reload", "POST"],
  ["HEAD", "/v1/reload", "POST"],
])(
  "%s %s is refused with the methods that are allowed",
  (method, target, allow) =>
    withServer(async (path) => {
      const answer = await request(path, method, target);
      assert.equal(answer.status, 405);
      assert.deepEqual(answer.headers.get("allow")?.split(", ").sort(), allow.split(", ").sort());
    }),
);

Deno.test.each<[target: string, body: string, detail: RegExp]>([
  [START, "{", /the body is no JSON: /],
  [START, "", /in the body: selectors: /],
  [START, "[]", /in the body: .*object/],
  [START, '"web"', /in the body: .*object/],
  [START, "{}", /selectors: /],
  [START, '{"selectors": "web"}', /selectors: .*array/],
  [START, '{"selectors": []}', /selectors: /],
  [START, '{"selectors": [1]}', /selectors\.0: .*string/],
  [START, '{"selectors": [""]}', /selectors\.0: /],
  [START, '{"selectors": ["web"], "wait": "yes"}', /wait: .*boolean/],
  [START, '{"selectors": ["web"], "wiat": true}', /"wiat"/],
  [START, '{"selectors": ["web"], "__proto__": {}}', /__proto__/],
  ["/v1/processes/signal", '{"selectors": ["web"], "signal": "TREM"}', /did you mean "TERM"\?$/],
  ["/v1/processes/signal", '{"selectors": ["web"], "signal": "99"}', /unknown signal "99"/],
  ["/v1/processes/signal", '{"selectors": ["web"], "signal": 15}', /signal: .*string/],
  ["/v1/shutdown", '{"leaveRunnig": true}', /"leaveRunnig"/],
  ["/v1/upgrade", '{"executable": ""}', /executable: /],
  ["/v1/reload", '{"force": true}', /"force"/],
])(
  "POST %s with %s is refused",
  (target, body, detail) =>
    withServer(async (path) =>
      assertProblem(await request(path, "POST", target, { body }), { ...badRequest, detail })
    ),
);

Deno.test("a body that is no UTF-8 is refused", () =>
  withServer(async (path) => {
    const head =
      `POST ${START} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n`;
    const bytes = new Uint8Array([...new TextEncoder().encode(head), 0xff, 0xfe]);
    const answer = parseAnswer(await exchange(path, bytes));
    assertProblem(answer, { ...badRequest, detail: /no UTF-8/ });
  }));

Deno.test.each([
  ["declared", { "Content-Length": String(MEBIBYTE + 1) }, ""],
  ["sent in pieces", { "Transfer-Encoding": "chunked" }, oneChunk(4 * MEBIBYTE)],
])(
  "a body that is %s larger than a mebibyte is refused",
  (_name, headers, body) =>
    withServer(async (path) => {
      const options = { headers: headers as Record<string, string> };
      const answer = await exchange(path, requestWith(options.headers) + body);
      const wanted = { status: 413, code: "body_too_large", detail: /at most 1048576 bytes/ };
      assertProblem(parseAnswer(answer), wanted);
      assert.equal(parseAnswer(answer).headers.get("connection"), "close");
    }),
);

Deno.test("a body of just a mebibyte is read", () =>
  withServer(async (path) => {
    const body = '{"selectors": ["web"], "wait": false}'.padEnd(MEBIBYTE);
    assert.equal((await request(path, "POST", START, { body })).status, 200);
  }));

function requestWith(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `POST ${START} HTTP/1.1\r\nHost: x\r\n${lines}\r\n`;
}

function oneChunk(size: number): string {
  return `${size.toString(16)}\r\n${" ".repeat(size)}\r\n0\r\n\r\n`;
}
