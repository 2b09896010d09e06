/**
 * One log and the streams that go into it. They take turns: in a turn some of what is in the pipe
 * of one of them is moved into the file, on another thread, and nothing else is done to the file
 * meanwhile. What cannot be written is thrown away and counted, so that no child waits.
 */
import { LogView, type Tail, tailOf } from "./log_view.ts";
import type { OpenLog } from "./open_log.ts";
import type { FollowListener } from "./log_watcher.ts";
import type { TurnGate } from "./turn_gate.ts";
import { type LogListener, type Rotation, WritableLog } from "./writable_log.ts";

/** The most that one turn moves; what others wait for, and the event loop in between. */
const TURN_BYTES = 1_048_576;

/** A stream as its log sees it. */
export interface LogSource {
  readonly key: string;
  readonly rotation: Rotation;
  /** The pipe to take from, and how much is in it; may be another one each time. */
  fill(): { readonly source: number; readonly bytes: number };
  /** Its turn is over. Nothing was taken: it has nothing, or the log could not take it just now. */
  turnEnded(movedBytes: number): void;
  /** Its turn is over, and it throws away all that it had; tells how much that was. */
  turnFailed(reason: string): number;
}

/** What the writers of all logs have in common. */
export interface LogWriterOptions {
  readonly gate: TurnGate;
  readonly onWarning: (message: string) => void;
  /** No stream is left, and no turn under way: it can be closed. */
  readonly onUnused: (writer: LogWriter) => void;
}

export class LogWriter implements LogListener {
  readonly path: string;
  readonly #options: LogWriterOptions;
  /** Set from when somebody first follows it. */
  #view: LogView | null = null;
  readonly #log: WritableLog;
  /** In the order of their coming; the settings of the first hold. */
  #sources: readonly LogSource[] = [];
  readonly #queue: LogSource[] = [];
  #betweenTurns: (() => void)[] = [];
  #isRunning = false;

  constructor(path: string, options: LogWriterOptions) {
    this.path = path;
    this.#options = options;
    this.#log = new WritableLog(path, this);
  }

  appended(log: OpenLog, offset: number, bytes: number): void {
    this.#view?.appended(log, offset, bytes);
  }

  emptied(log: OpenLog): void {
    this.#view?.emptied(log);
  }

  warn(message: string): void {
    this.#options.onWarning(message);
  }

  get isUnused(): boolean {
    return this.#sources.length === 0 && !this.#isRunning;
  }

  /** Throws an Error when it is clear that nothing could be written. */
  open(): void {
    if (!this.#isRunning) this.#log.open();
  }

  /** Adds a stream, or takes notice of new settings of one that is there. */
  attach(source: LogSource): void {
    if (!this.#sources.includes(source)) this.#sources = this.#sources.concat(source);
    const first = this.#sources[0]!;
    if (isSame(first.rotation, source.rotation)) return;
    this.warn(
      `"${this.path}" is rotated as ${first.key} says; ${source.key} asks for something else`,
    );
  }

  /** A turn of the stream that is due still takes place. */
  detach(source: LogSource): void {
    this.#sources = this.#sources.filter((other) => other !== source);
    if (this.isUnused) this.#options.onUnused(this);
  }

  /** The stream has something to write; `turnEnded` or `turnFailed` is called for it, later. */
  enqueue(source: LogSource): void {
    this.#queue.push(source);
    if (!this.#isRunning) void this.#run();
  }

  /** Empties the file, between two turns; rotated files stay. Rejects when it cannot. */
  clear(): Promise<void> {
    return new Promise((resolve, reject) => {
      const empty = () => {
        try {
          resolve(this.#log.empty());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#isRunning) this.#betweenTurns.push(empty);
      else empty();
    });
  }

  /** Opens the path anew, for whoever has moved the file away; at the latest before a write. */
  reopen(): void {
    this.#log.reopen();
    if (!this.#isRunning && this.#log.isInUse) this.#log.usable();
  }

  tail(lines: number): Promise<Tail> {
    return tailOf(this.#log.moment(this.#isRunning), lines);
  }

  /** The last lines first, then what is written. Gives the function that ends it. */
  follow(lines: number, listener: FollowListener): () => void {
    return (this.#view ??= new LogView()).follow(
      this.#log.moment(this.#isRunning),
      lines,
      listener,
    );
  }

  /** Only when it is unused. Watchers get nothing more. */
  close(): void {
    this.#view?.close();
    this.#log.close();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let source = this.#queue.shift(); source; source = this.#queue.shift()) {
      await this.#turn(source);
      for (const work of this.#betweenTurns.splice(0)) work();
    }
    this.#isRunning = false;
    if (this.isUnused) this.#options.onUnused(this);
  }

  async #turn(source: LogSource): Promise<void> {
    // Streams are drained when their child ends: one that has never written leaves no empty file.
    if (!this.#log.isInUse && source.fill().bytes === 0) return source.turnEnded(0);
    const log = this.#log.usable();
    if (log === undefined) return this.#lose(source);
    const leave = await this.#options.gate.enter(log.identity);
    let movedBytes: number;
    try {
      movedBytes = await this.#write(source);
    } catch (error) {
      this.#log.fail(error);
      return this.#lose(source);
    } finally {
      leave();
    }
    source.turnEnded(movedBytes);
  }

  async #write(source: LogSource): Promise<number> {
    const { source: pipe, bytes } = source.fill();
    if (bytes === 0) return 0;
    const rotation = this.#sources[0]?.rotation ?? { maxBytes: 0, backups: 0 };
    const isShared = this.#sources.length > 1;
    return await this.#log.write({
      pipe,
      bytes: Math.min(bytes, TURN_BYTES),
      rotation,
      isShared,
    });
  }

  #lose(source: LogSource): void {
    const reason = this.#log.problem ?? "unknown reason";
    const bytes = source.turnFailed(reason);
    if (bytes > 0) this.#view?.lost(bytes, reason);
  }
}

export function isSame(one: Rotation, other: Rotation): boolean {
  return one.maxBytes === other.maxBytes && one.backups === other.backups;
}
