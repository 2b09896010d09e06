import assert from "node:assert/strict";
import { formatPasswordHash, parsePasswordHash } from "../../src/core/password_hash.ts";

const SALT = "c2FsdHNhbHRzYWx0c2FsdA";
const HASH = "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

Deno.test("parsePasswordHash() reads what formatPasswordHash() writes", () => {
  const text = `$scrypt$ln=15,r=8,p=1$${SALT}$${HASH}`;
  const parsed = parsePasswordHash(text);
  assert.ok(parsed.ok);
  const { salt, hash, ...cost } = parsed.value;
  assert.deepEqual(cost, { ln: 15, r: 8, p: 1 });
  assert.equal(new TextDecoder().decode(salt), "saltsaltsaltsalt");
  assert.equal(new TextDecoder().decode(hash), "hash".repeat(8));
  assert.equal(formatPasswordHash(parsed.value), text);
});

const REFUSED: readonly (readonly [text: string, reason: RegExp])[] = [
  ["", /is not a password hash/],
  ["hunter2", /is not a password hash/],
  ["$2b$12$abcdefghijklmnopqrstuv", /another kind than scrypt/],
  ["$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", /another kind than scrypt/],
  [`$scrypt$ln=15,r=8,p=1$${SALT}$${HASH}=`, /is not a password hash/],
  [`$scrypt$ln=15,r=8,p=1$${SALT}abc$${HASH}`, /base64 is damaged/],
  [`$scrypt$ln=9,r=8,p=1$${SALT}$${HASH}`, /has ln=9/],
  [`$scrypt$ln=30,r=8,p=1$${SALT}$${HASH}`, /has ln=30/],
  [`$scrypt$ln=20,r=8,p=1$${SALT}$${HASH}`, /more than 128 MiB/],
  [`$scrypt$ln=15,r=999,p=1$${SALT}$${HASH}`, /more than 128 MiB/],
  [`$scrypt$ln=15,r=0,p=1$${SALT}$${HASH}`, /or for none/],
  [`$scrypt$ln=15,r=8,p=99$${SALT}$${HASH}`, /has p=99/],
  [`$scrypt$ln=15,r=8,p=1$c2FsdA$${HASH}`, /salt that is not of 8 to 64/],
  [`$scrypt$ln=15,r=8,p=1$${SALT}$aGFzaA`, /hash that is not of 16 to 64/],
];

for (const [text, reason] of REFUSED) {
  Deno.test(`parsePasswordHash() refuses ${JSON.stringify(text.slice(0, 30))}: ${reason}`, () => {
    const parsed = parsePasswordHash(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.error, reason);
  });
}
