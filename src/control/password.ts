/** Passwords and their hashes. The work is done on a thread of the runtime's pool. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import {
  formatPasswordHash,
  memoryOf,
  type PasswordHash,
  type ScryptCost,
} from "../core/password_hash.ts";

/** 32 MiB and about 0.1 s. */
const COST: ScryptCost = { ln: 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** In the text form; never the same twice. */
export async function hashPassword(password: string, cost: ScryptCost = COST): Promise<string> {
  const salt = fresh(SALT_BYTES);
  const hash = await derive(password, { ...cost, salt, hash: new Uint8Array(HASH_BYTES) });
  return formatPasswordHash({ ...cost, salt, hash });
}

/** Takes as long whether it is the password or not. */
export async function isPassword(password: string, wanted: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, wanted), wanted.hash);
}

/** A hash of no password, which costs as much as `like` to find that out. */
export function decoyHash(like: PasswordHash | undefined): PasswordHash {
  return {
    ...(like ?? COST),
    salt: fresh(SALT_BYTES),
    hash: fresh(like?.hash.length ?? HASH_BYTES),
  };
}

function fresh(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(bytes));
}

function derive(
  password: string,
  { ln, r, p, salt, hash }: PasswordHash,
): Promise<Uint8Array<ArrayBuffer>> {
  // One letter can be typed as one character or as two, depending on the keyboard's system.
  const text = password.normalize("NFC");
  const options = { N: 2 ** ln, r, p, maxmem: 2 * memoryOf({ ln, r }) };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hash.length, options, (error, key) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(error);
    });
  });
}
