/** What a browser needs of the server, asked for by something that is none. */
import assert from "node:assert/strict";
import { FakeSupervisor } from "../support/fake_supervisor.ts";
import { servePage, TOKENS } from "../support/served_page.ts";

const JSON_TYPE = { "content-type": "application/json" };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function signIn(origin: string, token: string, headers = {}) {
  const body = JSON.stringify({ token });
  const init = { method: "POST", headers: { ...JSON_TYPE, ...headers }, body };
  const answer = await ask(`${origin}/v1/session`, init);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { ...answer, cookie };
}

async function withServer(
  test: (origin: string, supervisor: FakeSupervisor) => Promise<void>,
  page?: null,
): Promise<void> {
  const supervisor = await new FakeSupervisor([{ name: "web" }]).boot();
  await using served = await servePage(supervisor, page);
  await test(served.origin, supervisor);
}

Deno.test("healthz and the page are for everybody, the rest is not", () =>
  withServer(async (origin) => {
    const health = await ask(`${origin}/healthz`, { headers: { host: "evil.example" } });
    assert.deepEqual([health.status, health.body], [200, "ok\n"]);
    const { status, headers, body } = await ask(origin);
    assert.deepEqual([status, body], [200, "<p>the page"]);
    assert.match(headers.get("content-security-policy")!, /default-src 'none'; script-src 'self'/);
    assert.equal(headers.get("x-frame-options"), "DENY");
    const etag = headers.get("etag")!;
    assert.equal((await ask(origin, { headers: { "if-none-match": etag } })).status, 304);
    for (const path of ["/v1/processes", "/metrics", "/v1/usage", "/index.html", "/../deno.json"]) {
      assert.equal((await ask(origin + path)).status, 401, path);
    }
  }));

Deno.test("without the page, who asks for it is told how to build it", () =>
  withServer(async (origin) => {
    assert.match((await ask(origin)).body, /deno task page/);
  }, null));

Deno.test("the cookie of a sign-in lets in, until the sign-out", () =>
  withServer(async (origin) => {
    const { status, headers, body, cookie } = await signIn(origin, TOKENS.operator);
    assert.equal(status, 200);
    assert.match(
      headers.get("set-cookie")!,
      /^taskmaster_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const { csrf, ...who } = JSON.parse(body);
    assert.deepEqual(who, { kind: "token", name: "operator", role: "operator" });
    const told = await ask(`${origin}/v1/session`, { headers: { cookie } });
    assert.equal(told.body, body);
    assert.equal((await ask(`${origin}/v1/processes`, { headers: { cookie } })).status, 200);
    const end = { method: "POST", headers: { ...JSON_TYPE, cookie, "x-csrf-token": csrf } };
    assert.equal((await ask(`${origin}/v1/session/end`, end)).status, 200);
    assert.equal((await ask(`${origin}/v1/processes`, { headers: { cookie } })).status, 401);
  }));

Deno.test("what changes something needs the page's own proof beside the cookie, and the role", () =>
  withServer(async (origin, supervisor) => {
    const stop = async (token: string, csrfOf: (csrf: string) => Record<string, string>) => {
      const { cookie, body } = await signIn(origin, token);
      const headers = { ...JSON_TYPE, cookie, ...csrfOf(JSON.parse(body).csrf) };
      const init = {
        method: "POST",
        headers,
        body: JSON.stringify({ selectors: ["web"], wait: false }),
      };
      const answer = await ask(`${origin}/v1/processes/stop`, init);
      return `${answer.status} ${JSON.parse(answer.body).detail ?? "done"}`;
    };
    const right = (csrf: string) => ({ "x-csrf-token": csrf });
    assert.match(await stop(TOKENS.admin, () => ({})), /^403 x-csrf-token is missing or wrong/);
    assert.match(await stop(TOKENS.admin, (csrf) => right(`${csrf.slice(1)}x`)), /^403 x-csrf/);
    assert.match(
      await stop(TOKENS.admin, (csrf) => ({ ...right(csrf), origin: "http://evil.example" })),
      /^403 requests from other origins/,
    );
    assert.match(await stop(TOKENS["read-only"], right), /^403 this needs the right to operate/);
    assert.equal(await supervisor.states(), "web RUNNING");
    assert.equal(await stop(TOKENS.operator, right), "200 done");
    assert.notEqual(await supervisor.states(), "web RUNNING");
    const { by } = supervisor.records.findLast(({ kind }) => kind === "command") as {
      by: { detail: string };
    };
    assert.match(by.detail, /^operator@/);
  }));

Deno.test("a wrong token is refused, and slowed down; a page of a stranger cannot sign in", () =>
  withServer(async (origin) => {
    const evil = await signIn(origin, TOKENS.admin, { origin: "http://evil.example" });
    assert.deepEqual([evil.status, evil.cookie], [403, ""]);
    const statuses: number[] = [];
    for (let count = 0; count < 8; count++) {
      const { status, headers, cookie } = await signIn(origin, "wrong-0123456789");
      statuses.push(status);
      assert.equal(cookie, "");
      assert.equal(headers.get("www-authenticate"), null);
    }
    assert.equal(statuses[0], 401);
    assert.equal(statuses.at(-1), 429);
  }));
