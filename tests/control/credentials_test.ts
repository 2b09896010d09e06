import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Accounts, Credentials } from "../../src/control/credentials.ts";
import { hashPassword } from "../../src/control/password.ts";
import type { Role } from "../../src/core/http_settings.ts";

const CHEAP = { ln: 10, r: 8, p: 1 };
const TOKEN = "0123456789abcdef";
const HERE = "192.0.2.1";

async function accounts(passwords: Readonly<Record<string, string>>): Promise<Accounts> {
  const users = await Promise.all(
    Object.entries(passwords).map(async ([name, password]) => {
      const role: Role = name === "admin" ? "admin" : "read-only";
      return [name, { passwordHash: await hashPassword(password, CHEAP), role }] as const;
    }),
  );
  const tokens = new Map([["ci", { secret: TOKEN, role: "operator" as const }]]);
  return { users: Object.fromEntries(users), tokens };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** Credentials under a clock that stands still until it is moved. */
async function make(passwords: Readonly<Record<string, string>> = { admin: "right" }) {
  const clock = { ms: 0 };
  const credentials = new Credentials({ ...await accounts(passwords), now: () => clock.ms });
  return {
    clock,
    credentials,
    kind: async (header: string, from = HERE) => (await credentials.verify(header, from)).kind,
  };
}

Deno.test("verify() accepts users by their passwords and tokens by their text", async () => {
  const { credentials } = await make({ admin: "right", "ü.v@x": "päss:wörd 🔑" });
  const verify = (header: string) => credentials.verify(header, HERE);
  const admin = { kind: "accepted", name: "admin", role: "admin" };
  assert.deepEqual(await verify(basic("admin", "right")), admin);
  assert.deepEqual(await verify(basic("admin", "right").replace("Basic", "bAsIc ")), admin);
  assert.deepEqual(await verify(basic("ü.v@x", "päss:wörd 🔑")), {
    kind: "accepted",
    name: "ü.v@x",
    role: "read-only",
  });
  assert.deepEqual(await verify(`Bearer ${TOKEN}`), {
    kind: "accepted",
    name: "ci",
    role: "operator",
  });
});

Deno.test("verify() takes one letter for the same however it was typed", async () => {
  const { kind } = await make({ admin: "p\u00e4ss" });
  assert.equal(await kind(basic("admin", "pa\u0308ss")), "accepted");
});

const WRONG = [
  basic("admin", "wrong"),
  basic("admin", ""),
  basic("nobody", "right"),
  basic("__proto__", "right"),
  basic("toString", "right"),
  "Bearer 0123456789abcdeX",
  `Bearer ${TOKEN}0`,
  "Bearer ci",
];

for (const header of WRONG) {
  Deno.test(`verify() refuses "${header}" and counts it`, async () => {
    const { kind } = await make();
    for (let count = 0; count < 5; count++) assert.equal(await kind(header), "refused");
    assert.equal(await kind(header), "wait");
  });
}

const NO_CREDENTIALS = [
  undefined,
  "",
  "Basic",
  "Basic !!!!",
  `Basic ${btoa("no colon")}`,
  "Basic /w==", // not UTF-8
  "Negotiate abc",
  `Bearer ${TOKEN} ${TOKEN}`,
  `Bearer ${"x".repeat(100_000)}`,
];

for (const header of NO_CREDENTIALS) {
  Deno.test(`verify() refuses ${String(header).slice(0, 30)} as no credentials`, async () => {
    const { credentials } = await make();
    for (let count = 0; count < 100; count++) {
      assert.deepEqual(await credentials.verify(header, HERE), { kind: "refused" });
    }
  });
}

Deno.test("verify() lets an address wait longer after each failure, up to a minute", async () => {
  const { credentials, clock, kind } = await make();
  const wrong = basic("admin", "wrong");
  for (let count = 0; count < 5; count++) assert.equal(await kind(wrong), "refused");
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    const wait = { kind: "wait", retryAfterSeconds: seconds };
    assert.deepEqual(await credentials.verify(wrong, HERE), wait);
    assert.deepEqual(await credentials.verify(basic("admin", "right"), HERE), wait);
    clock.ms += seconds * 1000 - 1;
    assert.equal(await kind(wrong), "wait");
    clock.ms += 1;
    assert.equal(await kind(wrong), "refused");
  }
  clock.ms += 16 * 60_000;
  for (let count = 0; count < 5; count++) assert.equal(await kind(wrong), "refused");
});

Deno.test("verify() lets only the address wait that failed, and never its right tokens", async () => {
  const { kind } = await make();
  for (let count = 0; count < 6; count++) await kind(basic("admin", "wrong"));
  assert.equal(await kind(basic("admin", "right")), "wait");
  assert.equal(await kind(`Bearer ${TOKEN}`), "accepted");
  assert.equal(await kind("Bearer wrong"), "wait");
  assert.equal(await kind(basic("admin", "right"), "192.0.2.2"), "accepted");
});

Deno.test("verify() tells nobody by what it remembers whether a password is right", async () => {
  const { kind } = await make();
  assert.equal(await kind(basic("admin", "right")), "accepted");
  for (let count = 0; count < 5; count++) await kind(basic("admin", "wrong"));
  assert.equal(await kind(basic("admin", "right")), "wait");
});

Deno.test("verify() slows down guesses that come from everywhere, not those who are known", async () => {
  const { kind, clock } = await make();
  assert.equal(await kind(basic("admin", "right")), "accepted");
  for (let count = 0; count < 50; count++) {
    assert.equal(await kind(basic("admin", "wrong"), `198.51.100.${count}`), "refused");
  }
  assert.equal(await kind(basic("admin", "wrong"), "203.0.113.1"), "wait");
  assert.equal(await kind(basic("admin", "right"), "203.0.113.1"), "wait");
  assert.equal(await kind(basic("admin", "right")), "accepted");
  assert.equal(await kind(`Bearer ${TOKEN}`, "203.0.113.1"), "accepted");
  clock.ms += 1000;
  assert.equal(await kind(basic("admin", "right"), "203.0.113.1"), "accepted");
});

Deno.test("verify() counts guesses that come at once", async () => {
  const { credentials } = await make();
  const verdicts = await Promise.all(
    Array.from({ length: 100 }, (_, number) => {
      return credentials.verify(basic("admin", `wrong ${number}`), HERE);
    }),
  );
  assert.equal(verdicts.filter(({ kind }) => kind === "refused").length, 5);
  assert.equal(verdicts.filter(({ kind }) => kind === "wait").length, 95);
});

Deno.test("verify() hashes a bounded number of passwords, and accepts one user's many requests", async () => {
  const { credentials } = await make();
  const verdicts = await Promise.all(
    Array.from({ length: 40 }, (_, number) => {
      return credentials.verify(basic("admin", "wrong"), `192.0.2.${number}`);
    }),
  );
  // Two at work and sixteen waiting.
  assert.equal(verdicts.filter(({ kind }) => kind === "refused").length, 18);
  const many = Array.from({ length: 40 }, () => credentials.verify(basic("admin", "right"), HERE));
  for (const { kind } of await Promise.all(many)) assert.equal(kind, "accepted");
});

/** How many right passwords are verified in 200 ms. */
async function countFor(milliseconds: number, verify: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + milliseconds;
  let count = 0;
  for (; performance.now() < end; count++) await verify();
  return count;
}

Deno.test("verify() remembers a right password instead of hashing it again", async () => {
  const passwordHash = await hashPassword("right", { ln: 15, r: 8, p: 1 });
  const users = { admin: { passwordHash, role: "admin" as const } };
  const credentials = new Credentials({ users, tokens: new Map(), now: () => 0 });
  const header = basic("admin", "right");
  await credentials.verify(header, HERE);
  const count = await countFor(200, () => credentials.verify(header, HERE));
  assert.ok(count > 100, `${count} in 200 ms`);
});

Deno.test("replace() takes over other users at once, also for what is under way", async () => {
  const { credentials, kind } = await make();
  assert.equal(await kind(basic("admin", "right")), "accepted");
  const { users } = await accounts({ admin: "other" });
  const underWay = kind(basic("admin", "right"), "192.0.2.7");
  credentials.replace({ users, tokens: new Map() });
  assert.equal(await underWay, "refused");
  assert.equal(await kind(basic("admin", "right")), "refused");
  assert.equal(await kind(basic("admin", "other")), "accepted");
  assert.equal(await kind(`Bearer ${TOKEN}`), "refused");
});

Deno.test("replace() does not forget who failed", async () => {
  const { credentials, kind } = await make();
  for (let count = 0; count < 5; count++) await kind(basic("admin", "wrong"));
  credentials.replace(await accounts({ admin: "right" }));
  assert.equal(await kind(basic("admin", "right")), "wait");
});

Deno.test("verify() refuses passwords where there are only tokens", async () => {
  const { kind } = await make({});
  assert.equal(await kind(basic("admin", "right")), "refused");
  assert.equal(await kind(`Bearer ${TOKEN}`), "accepted");
});
