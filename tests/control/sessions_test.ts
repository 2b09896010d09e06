import assert from "node:assert/strict";
import type { Accounts } from "../../src/control/credentials.ts";
import { cookieIn, isSame, Sessions } from "../../src/control/sessions.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FakeSessionStore } from "../support/fake_session_store.ts";
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
  const clock = new FakeClock();
  const store = new FakeSessionStore();
  const open = (settings = accounts()) => new Sessions({ accounts: settings, clock, store });
  return { clock, store, open, sessions: open() };
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
  const over = sessions.find(id)!.over;
  sessions.end(id);
  assert.ok(over.aborted, "what it follows ends");
  assert.ok(!sessions.find(other)!.over.aborted);
  assert.equal(sessions.find(id), null);
  assert.equal(sessions.begin({ kind: "user", name: "constructor" }), null);
});

Deno.test("a session ends when it is not used for long, and after a week in any case", async () => {
  const { clock, sessions } = world();
  const id = sessions.begin(ADA)!;
  for (let hour = 0; hour < 7 * 24; hour += 11) {
    await clock.advance(hour * HOUR - clock.now());
    assert.notEqual(sessions.find(id), null);
  }
  await clock.advance(7 * 24 * HOUR - clock.now());
  assert.equal(sessions.find(id), null);
  const unused = sessions.begin(ADA)!;
  await clock.advance(12 * HOUR);
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

Deno.test("a session outlives taskmaster, but not its end, its secret or its week", async () => {
  const { clock, store, open, sessions } = world();
  const ada = sessions.begin(ADA)!;
  const ci = sessions.begin(CI)!;
  const before = sessions.find(ada);
  const after = open().find(ada)!;
  assert.deepEqual([after.csrf, after.role], [before?.csrf, before?.role]);
  sessions.end(ci);
  assert.equal(open().find(ci), null);
  assert.equal(open(accounts("another")).find(ada), null);
  assert.equal(open(accounts("hash", "read-only")).find(ada)?.role, "read-only");
  await clock.advance(7 * 24 * HOUR - 1);
  assert.notEqual(open().find(ada), null);
  await clock.advance(1);
  assert.equal(open().find(ada), null);
  const text = JSON.stringify(store.stored);
  for (const secret of [ada, before!.csrf, "hash"]) assert.ok(!text.includes(secret), text);
});

Deno.test("a date that was changed makes no session longer than a week", async () => {
  const { clock, store, open, sessions } = world();
  const ada = sessions.begin(ADA)!;
  store.stored = store.stored.map((one) => ({ ...one, endsAt: "2099-01-01T00:00:00.000Z" }));
  const later = open();
  await clock.advance(11 * HOUR);
  assert.notEqual(later.find(ada), null);
  for (let hour = 11; hour < 7 * 24; hour++) {
    await clock.advance(HOUR);
    later.find(ada);
  }
  assert.equal(later.find(ada), null);
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
