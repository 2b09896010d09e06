/** What alerts need of the world: somebody to carry a message, its secrets, a place for what waits. */
import type { Result } from "../base/result.ts";
import type { AlertMessage, OutputExcerpt } from "../core/alert/message.ts";
import type { Delivery } from "../core/alert/outbox.ts";
import type { AlertSettings, Secret } from "../core/alert/settings.ts";
import type { StoredAlert } from "../core/alert/stored_alert.ts";

export interface AlertSender {
  /** Tries once. Never rejects, and ends within the alert's timeout. */
  send(settings: AlertSettings, message: AlertMessage): Promise<Delivery>;
  /** What is known to be wrong before anything is sent: a password that is not there, say. */
  problemOf(settings: AlertSettings): string | null;
}

export interface AlertSecrets {
  /** The secret, or a sentence without it. */
  read(secret: Secret): Result<string, string>;
  /** The text of a file, as it is now or as it was when it could be read. */
  file(path: string): Result<string, string>;
}

export interface AlertStore {
  /** What an earlier run left; nothing when there is nothing that can be read. Never throws. */
  load(): ReadonlyMap<string, StoredAlert>;
  /** Soon, and without making the caller wait; `collect` is called when it is written. */
  save(collect: () => Readonly<Record<string, StoredAlert>>): void;
  /** Resolves when what was saved so far is on disk, or could not be written. */
  flushed(): Promise<void>;
}

/** What is known of a process beside the record. */
export interface ProcessFacts {
  /** Children it has had. */
  readonly starts: number;
}

export interface AlertSurroundings {
  factsOf(program: string, num: number): ProcessFacts | null;
  /** The last lines of both streams, harmless to show. Never rejects. */
  outputOf(program: string, num: number, lines: number): Promise<readonly OutputExcerpt[]>;
}
