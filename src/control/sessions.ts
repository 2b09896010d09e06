/** Who is signed in: sessions of browsers, each known by its cookie. They outlive taskmaster. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Role } from "../core/http_settings.ts";
import type { Clock } from "../ports/clock.ts";
import type { SessionStore, StoredSession } from "../ports/session_store.ts";
import type { Accounts } from "./credentials.ts";

/** Without a request. A start of taskmaster counts as one. */
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
  /** Aborted when the session is over: what it follows or is attached to ends then. */
  readonly over: AbortSignal;
}

interface Session extends Account {
  /** Of what it was signed in with: another secret ends it. */
  readonly proof: string;
  readonly endsAt: number;
  readonly over: AbortController;
  idleAt: number;
}

export interface SessionsOptions {
  readonly accounts: Accounts;
  readonly clock: Pick<Clock, "now" | "date">;
  readonly store: SessionStore;
}

export class Sessions {
  readonly #clock: SessionsOptions["clock"];
  readonly #store: SessionStore;
  #accounts: Accounts;
  /** By the digest of the cookie's value, the longest unused first. */
  readonly #sessions = new Map<string, Session>();

  constructor({ accounts, clock, store }: SessionsOptions) {
    this.#accounts = accounts;
    this.#clock = clock;
    this.#store = store;
    const now = clock.now();
    const today = Date.parse(clock.date());
    for (const { key, kind, name, proof, endsAt } of store.load()) {
      // A date that was changed since makes none longer than all others.
      const left = Math.min(LONGEST_MS, Date.parse(endsAt) - today);
      if (!(left > 0)) continue;
      const ends = { endsAt: now + left, idleAt: now + IDLE_MS, over: new AbortController() };
      this.#sessions.set(key, { kind, name, proof, ...ends });
    }
  }

  /** Roles change at once; sessions of accounts that are gone or have another secret are over. */
  replace(accounts: Accounts): void {
    this.#accounts = accounts;
  }

  /** The value of the cookie. null when the account is gone. */
  begin(account: Account): string | null {
    const now = this.#clock.now();
    const secret = this.#find(account)?.secret;
    if (secret === undefined) return null;
    this.#makeRoom(account, now);
    const id = randomBytes(SECRET_BYTES).toString("base64url");
    this.#sessions.set(keyOf(id), {
      kind: account.kind,
      name: account.name,
      proof: proofOf(id, secret),
      endsAt: now + LONGEST_MS,
      idleAt: now + IDLE_MS,
      over: new AbortController(),
    });
    this.#save();
    return id;
  }

  /** Who has the cookie with this value; counts as a use of it. */
  find(id: string): SignedIn | null {
    const key = keyOf(id);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    const now = this.#clock.now();
    const current = this.#find(session);
    const isRight = current !== undefined && isSame(session.proof, proofOf(id, current.secret));
    if (isOver(session, now) || !isRight) {
      this.#drop(key);
      return null;
    }
    session.idleAt = now + IDLE_MS;
    this.#sessions.delete(key); // so that it becomes the last
    this.#sessions.set(key, session);
    const { kind, name, over } = session;
    return { kind, name, csrf: csrfOf(id), role: current.role, over: over.signal };
  }

  end(id: string): void {
    this.#drop(keyOf(id));
    this.#save();
  }

  /** Resolves when who is signed in now will be so after a crash, and nobody else. */
  kept(): Promise<void> {
    return this.#store.flushed();
  }

  #drop(key: string): void {
    this.#sessions.get(key)?.over.abort();
    this.#sessions.delete(key);
  }

  #save(): void {
    this.#store.save(() =>
      [...this.#sessions].map(([key, { kind, name, proof, endsAt }]): StoredSession => {
        return { key, kind, name, proof, endsAt: this.#clock.date(endsAt) };
      })
    );
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
      if (isOver(session, now)) this.#drop(key);
      else if (session.kind === kind && session.name === name) own.push(key);
    }
    if (own.length >= MOST_OF_ONE) this.#drop(own[0]!);
    const [longestUnused] = this.#sessions.keys();
    if (this.#sessions.size >= MOST) this.#drop(longestUnused!);
  }
}

function isOver({ endsAt, idleAt }: Session, now: number): boolean {
  return now >= Math.min(endsAt, idleAt);
}

/** Looking it up tells by its duration nothing of the value itself. */
function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64");
}

/** Nobody can find out the secret from it without the cookie. */
function proofOf(id: string, secret: string): string {
  return createHmac("sha256", id).update(secret).digest("base64");
}

function csrfOf(id: string): string {
  return createHash("sha256").update(`csrf ${id}`).digest("base64url");
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
