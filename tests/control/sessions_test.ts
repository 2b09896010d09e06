import assert from "node:assert/strict";
import type { Accounts } from "../../src/control/credentials.ts";
import { cookieIn, isSame, Sessions } from "../../src/control/sessions.ts";
import type { Role } from "../../src/core/http_settings.ts";

const HOUR = 3_600_000;
const ADA = { kind: "user", name: "ada" } as const;
const CI = { kind: "token", name: "ci" } as const;

function accounts(passwordHash = "hash", role: Role = "admin"): Accounts {
  return {
    users: { ada: { passwordHash, role } },
    tokens: new Map([["ci", { secret: "token", role: "operator" }]]),
  };
}

function world() {
  const clock = { now: 0 };
  return { clock, sessions: new Sessions(accounts(), () => clock.now) };
}

Deno.test("a session is found by its id alone, and not after its end", () => {
  const { sessions } = world();
  const id = sessions.begin(ADA)!;
  const other = sessions.begin(CI)!;
  assert.match(id, /^[\w-]{43}$/);
  assert.equal(sessions.find(id)?.role, "admin");
  assert.equal(sessions.find(other)?.role, "operator");
  assert.notEqual(sessions.find(id)?.csrf, sessions.find(other)?.csrf);
  assert.equal(sessions.find(`${id}x`), null);
  sessions.end(id);
  assert.equal(sessions.find(id), null);
  assert.equal(sessions.begin({ kind: "user", name: "constructor" }), null);
});

Deno.test("a session ends when it is not used for long, and after a week in any case", () => {
  const { clock, sessions } = world();
  const id = sessions.begin(ADA)!;
  for (let hour = 0; hour < 7 * 24; hour += 11) {
    clock.now = hour * HOUR;
    assert.notEqual(sessions.find(id), null);
  }
  clock.now = 7 * 24 * HOUR;
  assert.equal(sessions.find(id), null);
  const unused = sessions.begin(ADA)!;
  clock.now += 12 * HOUR;
  assert.equal(sessions.find(unused), null);
});

Deno.test("a reload changes roles at once, and ends what another secret has begun", () => {
  const { sessions } = world();
  const ada = sessions.begin(ADA)!;
  const ci = sessions.begin(CI)!;
  sessions.replace(accounts("hash", "read-only"));
  assert.equal(sessions.find(ada)?.role, "read-only");
  sessions.replace({ ...accounts("another"), tokens: new Map() });
  assert.equal(sessions.find(ada), null);
  assert.equal(sessions.find(ci), null);
});

Deno.test("who signs in very often signs out only himself", () => {
  const { sessions } = world();
  const ci = sessions.begin(CI)!;
  const first = sessions.begin(ADA)!;
  const second = sessions.begin(ADA)!;
  for (let count = 0; count < 49; count++) sessions.begin(ADA);
  assert.equal(sessions.find(first), null);
  assert.notEqual(sessions.find(second), null);
  assert.notEqual(sessions.find(ci), null);
});

Deno.test("cookieIn() and isSame()", () => {
  assert.equal(cookieIn("a=1; taskmaster_9001=x; b=2", "taskmaster_9001"), "x");
  assert.equal(cookieIn("xtaskmaster_9001=x", "taskmaster_9001"), null);
  assert.equal(cookieIn(undefined, "a"), null);
  assert.ok(isSame("abc", "abc"));
  assert.ok(!isSame("abc", "abd"));
  assert.ok(!isSame("abc", "abcd"));
});
