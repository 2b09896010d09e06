/** Who is signed in: sessions of browsers, in memory only, each known by its cookie. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Role } from "../core/http_settings.ts";
import type { Accounts } from "./credentials.ts";

/** Without a request. */
const IDLE_MS = 12 * 3_600_000;
/** In any case. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const MOST = 1000;
/** Of one account; or one that is shared could sign out all others. */
const MOST_OF_ONE = 50;
const SECRET_BYTES = 32;

/** Whose session it is. */
export interface Account {
  readonly kind: "user" | "token";
  readonly name: string;
}

export interface SignedIn extends Account {
  readonly role: Role;
  /** To be sent along with whatever changes something: no other page can know it. */
  readonly csrf: string;
}

interface Session extends Account {
  /** What it was signed in with: another one ends it. */
  readonly secret: string;
  readonly csrf: string;
  readonly endsAt: number;
  idleAt: number;
}

export class Sessions {
  readonly #now: () => number;
  #accounts: Accounts;
  /** By the digest of the cookie's value, the longest unused first. */
  readonly #sessions = new Map<string, Session>();

  /** `now`: monotonic, in milliseconds. */
  constructor(accounts: Accounts, now: () => number) {
    this.#accounts = accounts;
    this.#now = now;
  }

  /** Roles change at once; sessions of accounts that are gone or have another secret are over. */
  replace(accounts: Accounts): void {
    this.#accounts = accounts;
  }

  /** The value of the cookie. null when the account is gone. */
  begin(account: Account): string | null {
    const now = this.#now();
    const secret = this.#find(account)?.secret;
    if (secret === undefined) return null;
    this.#makeRoom(account, now);
    const id = randomBytes(SECRET_BYTES).toString("base64url");
    this.#sessions.set(digest(id), {
      kind: account.kind,
      name: account.name,
      secret,
      csrf: randomBytes(SECRET_BYTES).toString("base64url"),
      endsAt: now + LONGEST_MS,
      idleAt: now + IDLE_MS,
    });
    return id;
  }

  /** Who has the cookie with this value; counts as a use of it. */
  find(id: string): SignedIn | null {
    const key = digest(id);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    const now = this.#now();
    const current = this.#find(session);
    this.#sessions.delete(key);
    if (isOver(session, now) || current?.secret !== session.secret) return null;
    session.idleAt = now + IDLE_MS;
    this.#sessions.set(key, session);
    const { kind, name, csrf } = session;
    return { kind, name, csrf, role: current.role };
  }

  end(id: string): void {
    this.#sessions.delete(digest(id));
  }

  #find({ kind, name }: Account): { readonly secret: string; readonly role: Role } | undefined {
    if (kind === "token") return this.#accounts.tokens.get(name);
    const { users } = this.#accounts;
    const user = Object.hasOwn(users, name) ? users[name] : undefined;
    return user && { secret: user.passwordHash, role: user.role };
  }

  #makeRoom({ kind, name }: Account, now: number): void {
    const own: string[] = [];
    for (const [key, session] of this.#sessions) {
      if (isOver(session, now)) this.#sessions.delete(key);
      else if (session.kind === kind && session.name === name) own.push(key);
    }
    if (own.length >= MOST_OF_ONE) this.#sessions.delete(own[0]!);
    const [longestUnused] = this.#sessions.keys();
    if (this.#sessions.size >= MOST) this.#sessions.delete(longestUnused!);
  }
}

function isOver({ endsAt, idleAt }: Session, now: number): boolean {
  return now >= Math.min(endsAt, idleAt);
}

/** Looking it up tells by its duration nothing of the value itself. */
function digest(id: string): string {
  return createHash("sha256").update(id).digest("base64");
}

/** Takes as long for every text of the same length. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => new TextEncoder().encode(text));
  return a!.length === b!.length && timingSafeEqual(a!, b!);
}

/** The value of a cookie in the header; null when it is not there. */
export function cookieIn(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? "").split(";")) {
    const [key, value] = pair.trim().split("=");
    if (key === name && value !== undefined) return value;
  }
  return null;
}
