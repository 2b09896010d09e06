import assert from "node:assert/strict";
import { decoyHash, hashPassword, isPassword } from "../../src/control/password.ts";
import { parsePasswordHash, type PasswordHash } from "../../src/core/password_hash.ts";

function parsed(text: string): PasswordHash {
  const hash = parsePasswordHash(text);
  assert.ok(hash.ok, text);
  return hash.value;
}

Deno.test("hashPassword() makes hashes that isPassword() knows, with a new salt each time", async () => {
  const [one, two] = [await hashPassword("päss"), await hashPassword("päss")];
  assert.match(one, /^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, two);
  assert.equal(await isPassword("päss", parsed(one)), true);
  assert.equal(await isPassword("pass", parsed(one)), false);
});

Deno.test("isPassword() agrees with the test vectors of RFC 7914", async () => {
  // scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), its first 32 bytes.
  const hash = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2";
  const wanted = {
    ...{ ln: 14, r: 8, p: 1, salt: new TextEncoder().encode("SodiumChloride") },
    hash: Uint8Array.fromHex(hash),
  };
  assert.equal(await isPassword("pleaseletmein", wanted), true);
  assert.equal(await isPassword("pleaseletmeout", wanted), false);
});

Deno.test("decoyHash() costs as much as the hash it is like, and is of no password", async () => {
  const real = parsed(await hashPassword("", { ln: 11, r: 4, p: 2 }));
  const { salt, hash, ...cost } = decoyHash(real);
  assert.deepEqual(cost, { ln: 11, r: 4, p: 2 });
  assert.notDeepEqual(hash, real.hash);
  assert.equal(await isPassword("", { ...cost, salt, hash }), false);
});
