/** Somebody who follows a log: gets its last lines, then what is written to it. */
import { type FilePart, lastLines } from "./last_lines.ts";
import type { FeedReader, LogFeed } from "./log_feed.ts";

export type FollowEvent =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** So many bytes are left out: they were gone before the listener was ready for them. */
  | { readonly kind: "gap"; readonly bytes: number }
  /** So many bytes could not be written to the log; 0 when it was so before following began. */
  | { readonly kind: "lost"; readonly bytes: number; readonly reason: string };

/** Nothing else is read for it until the returned promise settles. */
export type FollowListener = (event: FollowEvent) => void | Promise<void>;

export class LogWatcher implements FeedReader {
  readonly #feed: LogFeed;
  readonly #listener: FollowListener;
  #position: number;
  #loss: { readonly bytes: number; readonly reason: string } | null = null;
  #wake: (() => void) | null = null;
  #isClosed = false;

  /** Reads the feed from its present end on. */
  constructor(feed: LogFeed, listener: FollowListener) {
    this.#feed = feed;
    this.#listener = listener;
    this.#position = feed.end;
    feed.add(this);
  }

  get position(): number {
    return this.#position;
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  lost(bytes: number, reason: string): void {
    this.#loss = { bytes: (this.#loss?.bytes ?? 0) + bytes, reason };
    this.wake();
  }

  /** No event comes after it, but one that the listener is busy with. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#feed.remove(this);
    this.wake();
  }

  /** Runs until it is closed, which it also is when the listener throws. */
  async run(files: readonly FilePart[], lines: number): Promise<void> {
    try {
      const bytes = await lastLines(files, lines);
      if (bytes.length > 0) await this.#tell({ kind: "bytes", bytes });
      while (!this.#isClosed) await this.#step();
    } finally {
      this.close();
    }
  }

  async #step(): Promise<void> {
    const loss = this.#loss;
    this.#loss = null;
    if (loss !== null) return await this.#tell({ kind: "lost", ...loss });
    if (this.#position === this.#feed.end) {
      return await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const before = this.#position;
    const { start, bytes } = await this.#feed.read(before);
    this.#position = start + bytes.length;
    if (start > before) await this.#tell({ kind: "gap", bytes: start - before });
    if (bytes.length > 0) await this.#tell({ kind: "bytes", bytes });
  }

  async #tell(event: FollowEvent): Promise<void> {
    if (!this.#isClosed) await this.#listener(event);
  }
}
