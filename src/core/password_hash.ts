/**
 * The text form of a password's hash: `$scrypt$ln=15,r=8,p=1$SALT$HASH`, base64 without padding.
 * (https://github.com/P-H-C/phc-string-format)
 */
import { err, ok, type Result } from "../base/result.ts";

export interface ScryptCost {
  /** The cost N is 2 to this. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

export interface PasswordHash extends ScryptCost {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** Bytes of memory that computing a hash takes. */
export function memoryOf({ ln, r }: Pick<ScryptCost, "ln" | "r">): number {
  return 128 * r * 2 ** ln;
}

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const LN = { min: 10, max: 20 };
/** A login must not make the supervisor swap, or keep a thread busy for long. */
const MOST_MEMORY = 128 * 2 ** 20;
const MOST_PARALLEL = 4;
const SALT_BYTES = { min: 8, max: 64 };
const HASH_BYTES = { min: 16, max: 64 };

/** The error says what is wrong with the hash ("is …", "asks for …"), and contains nothing of it. */
export function parsePasswordHash(text: string): Result<PasswordHash, string> {
  const match = FORM.exec(text);
  if (match === null) {
    return err(
      /^\$(?!scrypt\$)[a-z0-9-]+\$/i.test(text)
        ? "is a hash of another kind than scrypt"
        : "is not a password hash",
    );
  }
  const [ln, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [salt, hash] = [decode(match[4]!), decode(match[5]!)];
  if (salt === null || hash === null) return err("is not a password hash: its base64 is damaged");
  if (ln < LN.min || ln > LN.max) return err(`has ln=${ln}, which is not within 10 and 20`);
  if (r < 1 || memoryOf({ ln, r }) > MOST_MEMORY) {
    return err("asks for more than 128 MiB of memory, or for none (128·r·2^ln bytes)");
  }
  if (p < 1 || p > MOST_PARALLEL) return err(`has p=${p}, which is not within 1 and 4`);
  if (!isWithin(salt.length, SALT_BYTES)) return err("has a salt that is not of 8 to 64 bytes");
  if (!isWithin(hash.length, HASH_BYTES)) return err("has a hash that is not of 16 to 64 bytes");
  return ok({ ln, r, p, salt, hash });
}

export function formatPasswordHash({ ln, r, p, salt, hash }: PasswordHash): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(hash)}`;
}

function isWithin(value: number, { min, max }: { readonly min: number; readonly max: number }) {
  return value >= min && value <= max;
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  // One letter alone holds less than a byte.
  if (base64.length % 4 === 1) return null;
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}
