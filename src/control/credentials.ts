/**
 * Who a request on TCP comes from, by its password or token. Nothing here tells by its duration what
 * was wrong: names that do not exist cost as much as wrong passwords.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { invariant } from "../base/invariant.ts";
import type { HttpUser, Role, TokenSecret } from "../core/http_settings.ts";
import { parsePasswordHash, type PasswordHash } from "../core/password_hash.ts";
import { type Authorization, parseAuthorization } from "./authorization.ts";
import { FailureBrake } from "./failure_brake.ts";
import { decoyHash, isPassword } from "./password.ts";
import { WorkLimit } from "./work_limit.ts";

export type Verdict =
  | { readonly kind: "accepted"; readonly name: string; readonly role: Role }
  | { readonly kind: "refused" }
  /** Nothing was looked at. */
  | { readonly kind: "wait"; readonly retryAfterSeconds: number };

export interface Accounts {
  /** Hashes that `parsePasswordHash` accepts. */
  readonly users: Readonly<Record<string, HttpUser>>;
  readonly tokens: ReadonlyMap<string, TokenSecret>;
}

export interface CredentialsOptions extends Accounts {
  /** Monotonic, in milliseconds. */
  now(): number;
}

const REFUSED: Verdict = { kind: "refused" };
/** Each takes a core and tens of megabytes. */
const HASHES = { atOnce: 2, waiting: 16 };
const MOST_REMEMBERED = 256;

interface User {
  readonly hash: PasswordHash;
  readonly role: Role;
}

/** What is known under one configuration. */
interface Known {
  readonly users: ReadonlyMap<string, User>;
  readonly tokens: readonly {
    readonly name: string;
    readonly digest: Uint8Array;
    readonly role: Role;
  }[];
  readonly decoy: PasswordHash;
  /** Digests of address, user and password that were right; those used last are at the end. */
  readonly remembered: Set<string>;
  /** By the same digest: one page makes many requests at once. */
  readonly underWay: Map<string, Promise<Verdict>>;
}

export class Credentials {
  readonly #brake: FailureBrake;
  readonly #hashes = new WorkLimit(HASHES);
  /** Of this process: what is remembered is worth nothing without it. */
  readonly #key = randomBytes(32);
  #known: Known;

  constructor({ users, tokens, now }: CredentialsOptions) {
    this.#brake = new FailureBrake(now);
    this.#known = this.#learn({ users, tokens });
  }

  /** From now on only these count, and passwords are verified anew; failures are not forgotten. */
  replace(accounts: Accounts): void {
    this.#known = this.#learn(accounts);
  }

  /**
   * `authorization` is the header, `from` the remote IP address. A request without a header guesses
   * nothing and is never made to wait. A right token is accepted even while its address has to wait:
   * tokens are too long to be guessed, and behind a proxy many share an address.
   */
  async verify(authorization: string | undefined, from: string): Promise<Verdict> {
    const presented = authorization === undefined ? null : parseAuthorization(authorization);
    if (presented === null) return REFUSED;
    if (presented.kind === "token") return this.#verifyToken(presented.token, from);
    const known = this.#known;
    const verdict = await this.#verifyPassword(presented, from, known);
    // What was right before a reload may be wrong after it.
    return known === this.#known ? verdict : await this.verify(authorization, from);
  }

  #verifyToken(token: string, from: string): Verdict {
    const digest = this.#digest(token);
    let verdict = REFUSED;
    for (const known of this.#known.tokens) {
      const isSame = timingSafeEqual(known.digest, digest);
      if (isSame) verdict = { kind: "accepted", name: known.name, role: known.role };
    }
    if (verdict !== REFUSED) return verdict;
    const attempt = this.#brake.begin(from);
    return attempt.kind === "wait" ? wait(attempt.ms) : REFUSED;
  }

  #verifyPassword(
    { user, password }: Authorization & { readonly kind: "password" },
    from: string,
    known: Known,
  ): Verdict | Promise<Verdict> {
    const key = this.#digest(JSON.stringify([from, user, password])).toString("base64");
    const role = known.users.get(user)?.role;
    if (role !== undefined && known.remembered.delete(key)) {
      known.remembered.add(key);
      // Or who shares the address could try as many passwords as this can look up.
      const waitMs = this.#brake.waitOf(from);
      return waitMs > 0 ? wait(waitMs) : { kind: "accepted", name: user, role };
    }
    const underWay = known.underWay.get(key);
    if (underWay !== undefined) return underWay;
    const attempt = this.#brake.begin(from);
    if (attempt.kind === "wait") return wait(attempt.ms);
    if (known.users.size === 0) return REFUSED;
    const hashed = this.#hashes.run(() => this.#hashAndCompare(user, password, known));
    if (hashed === null) {
      attempt.giveBack();
      return wait(1000);
    }
    const verdict = hashed.then((verdict) => {
      if (verdict.kind === "accepted") {
        attempt.giveBack();
        remember(known.remembered, key);
      }
      return verdict;
    }).finally(() => known.underWay.delete(key));
    known.underWay.set(key, verdict);
    return verdict;
  }

  async #hashAndCompare(name: string, password: string, known: Known): Promise<Verdict> {
    const user = known.users.get(name);
    const isRight = await isPassword(password, user?.hash ?? known.decoy);
    return isRight && user !== undefined ? { kind: "accepted", name, role: user.role } : REFUSED;
  }

  #learn({ users, tokens }: Accounts): Known {
    const known = new Map(
      Object.entries(users).map(([name, { passwordHash, role }]): [string, User] => {
        const hash = parsePasswordHash(passwordHash);
        invariant(hash.ok, `user ${name} has no usable password hash`);
        return [name, { hash: hash.value, role }];
      }),
    );
    const [first] = known.values();
    return {
      users: known,
      tokens: [...tokens].map(([name, { secret, role }]) => {
        return { name, digest: this.#digest(secret), role };
      }),
      decoy: decoyHash(first?.hash),
      remembered: new Set(),
      underWay: new Map(),
    };
  }

  /** Of the same length for every text, and not to be foreseen by whoever sends it. */
  #digest(text: string) {
    return createHmac("sha256", this.#key).update(text).digest();
  }
}

function remember(remembered: Set<string>, key: string): void {
  remembered.add(key);
  if (remembered.size <= MOST_REMEMBERED) return;
  const [oldest] = remembered;
  if (oldest !== undefined) remembered.delete(oldest);
}

function wait(ms: number): Verdict {
  return { kind: "wait", retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) };
}
