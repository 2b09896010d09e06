/** Sessions that are kept in memory, as if it were a disk. */
import type { SessionStore, StoredSession } from "../../src/ports/session_store.ts";

export class FakeSessionStore implements SessionStore {
  stored: readonly StoredSession[] = [];

  load(): readonly StoredSession[] {
    return this.stored;
  }

  save(collect: () => readonly StoredSession[]): void {
    this.stored = collect();
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }
}
