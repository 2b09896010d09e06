/**
 * One log and the streams that go into it. They take turns: in a turn some of what is in the pipe
 * of one of them is moved into the file, on another thread, and nothing else is done to the file
 * meanwhile. What cannot be written is thrown away and counted, so that no child waits.
 */
import { LogView, type Tail } from "./log_view.ts";
import type { FollowListener } from "./log_watcher.ts";
import type { TurnGate } from "./turn_gate.ts";
import { type Rotation, WritableLog } from "./writable_log.ts";

/** The most that one turn moves; what others wait for, and the event loop in between. */
const TURN_BYTES = 1_048_576;

/** A stream as its log sees it. */
export interface LogSource {
  readonly key: string;
  /** The pipe to take from, and how much is in it; may be another one each time. */
  fill(): { readonly source: number; readonly bytes: number };
  /** Its turn is over. Nothing was taken: it has nothing, or the log could not take it just now. */
  turnEnded(movedBytes: number): void;
  /** Its turn is over, and it throws away all that it had; tells how much that was. */
  turnFailed(reason: string): number;
}

export interface LogWriterOptions {
  readonly path: string;
  readonly gate: TurnGate;
  readonly onWarning: (message: string) => void;
  /** No stream is left, and no turn under way: it can be closed. */
  readonly onUnused: (writer: LogWriter) => void;
}

export class LogWriter {
  readonly path: string;
  readonly #gate: TurnGate;
  readonly #onWarning: (message: string) => void;
  readonly #onUnused: (writer: LogWriter) => void;
  readonly #view = new LogView();
  readonly #log: WritableLog;
  /** In the order of their coming; the settings of the first hold. */
  readonly #sources = new Map<LogSource, Rotation>();
  readonly #queue: LogSource[] = [];
  #betweenTurns: (() => void)[] = [];
  #isRunning = false;

  constructor({ path, gate, onWarning, onUnused }: LogWriterOptions) {
    this.path = path;
    this.#gate = gate;
    this.#onWarning = onWarning;
    this.#onUnused = onUnused;
    const view = this.#view;
    this.#log = new WritableLog(path, {
      appended: (log, offset, bytes) => view.appended(log, offset, bytes),
      emptied: (log) => view.emptied(log),
      warn: onWarning,
    });
  }

  get isUnused(): boolean {
    return this.#sources.size === 0 && !this.#isRunning;
  }

  /** Makes sure that the file can be opened. Throws what `openLog` throws. */
  open(): void {
    if (!this.#isRunning) this.#log.open();
  }

  /** Adds a stream, or changes the settings of one that is there. */
  attach(source: LogSource, rotation: Rotation): void {
    const before = this.#sources.get(source);
    this.#sources.set(source, rotation);
    if (before !== undefined && isSame(before, rotation)) return;
    const [first, settings] = [...this.#sources][0]!;
    if (isSame(settings, rotation)) return;
    this.#onWarning(
      `"${this.path}" is rotated as ${first.key} says; ${source.key} asks for something else`,
    );
  }

  /** A turn of the stream that is due still takes place. */
  detach(source: LogSource): void {
    this.#sources.delete(source);
    if (this.isUnused) this.#onUnused(this);
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
    if (!this.#isRunning) this.#log.usable();
  }

  tail(lines: number): Promise<Tail> {
    return this.#view.tail(this.#log.moment(this.#isRunning), lines);
  }

  /** The last lines first, then what is written. Gives the function that ends it. */
  follow(lines: number, listener: FollowListener): () => void {
    return this.#view.follow(this.#log.moment(this.#isRunning), lines, listener);
  }

  /** Only when it is unused. Watchers get nothing more. */
  close(): void {
    this.#view.close();
    this.#log.close();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let source = this.#queue.shift(); source; source = this.#queue.shift()) {
      await this.#turn(source);
      for (const work of this.#betweenTurns.splice(0)) work();
    }
    this.#isRunning = false;
    if (this.isUnused) this.#onUnused(this);
  }

  async #turn(source: LogSource): Promise<void> {
    const log = this.#log.usable();
    if (log === undefined) return this.#lose(source);
    const leave = await this.#gate.enter(log.identity);
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
    const rotation = this.#sources.values().next().value ?? { maxBytes: 0, backups: 0 };
    const isShared = this.#sources.size > 1;
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
    if (bytes > 0) this.#view.lost(bytes, reason);
  }
}

function isSame(one: Rotation, other: Rotation): boolean {
  return one.maxBytes === other.maxBytes && one.backups === other.backups;
}
