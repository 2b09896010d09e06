/** Sessions of browsers that outlive taskmaster. */

/** Whose session it is, and what proves it. Nobody can sign in with what stands here. */
export interface StoredSession {
  /** A digest of the cookie's value. */
  readonly key: string;
  readonly kind: "user" | "token";
  readonly name: string;
  /** Of the account's secret, keyed with the cookie's value. */
  readonly proof: string;
  /** ISO 8601. */
  readonly endsAt: string;
}

export interface SessionStore {
  /** What an earlier run left; nothing when there is nothing that can be read. Never throws. */
  load(): readonly StoredSession[];
  /** Soon, and without making the caller wait; `collect` is called when it is written. */
  save(collect: () => readonly StoredSession[]): void;
  /** Resolves when what was saved so far is on disk, or could not be written. */
  flushed(): Promise<void>;
}
