/**
 * The output of all children: opens a FIFO for each captured stream, and moves what comes out of
 * it into the stream's log. A byte is either still in the FIFO or in the log, also when we are
 * killed at any moment: it is moved by one system call, and never kept in our memory before it is
 * in the log. (Logs that are not regular files: see copy_portion.ts.)
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CapturedStream, type Tap } from "./captured_stream.ts";
import { CapturePipe } from "./capture_pipe.ts";
import { fifoName, prepareFifoDirectory } from "./fifo.ts";
import type { FifoHolder } from "./fifo_holder.ts";
import { LargePipes } from "./large_pipes.ts";
import { LogWriter, type LogWriterOptions } from "./log_writer.ts";
import type { Rotation } from "./writable_log.ts";
import type { Tail } from "./log_view.ts";
import type { FollowListener } from "./log_watcher.ts";
import { type LossListener, type LossState, NO_LOSS } from "./loss.ts";
import { TurnGate } from "./turn_gate.ts";
import { within } from "../within.ts";

/** How long `close` tries to move what is left, and waits for a write under way. */
const CLOSE_LIMIT_MS = 1000;

export interface OutputTarget extends Rotation {
  /** Absolute. */
  readonly path: string;
}

export interface OutputHubOptions extends LossListener {
  /** Created if missing; private to us. */
  readonly fifoDirectory: string;
  /** Keeps FIFOs open when nobody else does; null = what is in them then is lost. */
  readonly holder: FifoHolder | null;
  readonly onWarning: (message: string) => void;
}

export class OutputHub {
  readonly #options: OutputHubOptions;
  readonly #streams = new Map<string, CapturedStream>();
  /** By path. */
  readonly #writers = new Map<string, LogWriter>();
  readonly #writerOptions: LogWriterOptions;
  readonly #largePipes = new LargePipes();
  readonly #taps = new Map<string, Tap>();
  #holder: FifoHolder | null;

  constructor(options: OutputHubOptions) {
    this.#options = options;
    this.#holder = options.holder;
    this.#writerOptions = {
      gate: new TurnGate(),
      onWarning: options.onWarning,
      onUnused: (unused) => this.#closeIfUnused(unused),
    };
    prepareFifoDirectory(options.fifoDirectory);
  }

  /**
   * Begins to capture a stream, or goes on with one that is open, with a target that may be another
   * than before. Gives the path of the FIFO that the child has to open for reading and writing.
   * What an earlier run left in the FIFO goes to the log first. Throws an Error that says why the
   * FIFO or the log cannot be opened; a stream that was open goes on as before then.
   */
  open(key: string, target: OutputTarget): string {
    const writer = this.#writerFor(target.path);
    try {
      writer.open();
      const stream = this.#streamInPlace(key);
      stream?.redirect(writer, target);
      return (stream ?? this.#capture(key, writer, target)).pipe.fifo.path;
    } finally {
      this.#closeIfUnused(writer); // It did not come to that.
    }
  }

  /** Whether an earlier run has left the FIFO of a stream: something may have it open still. */
  wasLeft(key: string): boolean {
    return existsSync(join(this.#options.fifoDirectory, fifoName(key)));
  }

  /** Changes rotation or path of an open stream at once; trouble with the new log is a loss. */
  retarget(key: string, target: OutputTarget): void {
    this.#streams.get(key)?.redirect(this.#writerFor(target.path), target);
  }

  /**
   * Resolves when all that is in the FIFO now has been written, or after `limitMs`. The stream
   * stays open, for there may be others that have the FIFO open.
   */
  async drain(key: string, { limitMs }: { readonly limitMs: number }): Promise<void> {
    const stream = this.#streams.get(key);
    if (stream !== undefined) await within(limitMs, stream.drained());
  }

  /** Ends the capture of a stream for good: writes what is there, and removes the FIFO. */
  async close(key: string): Promise<void> {
    const stream = this.#streams.get(key);
    if (stream === undefined) return;
    await this.drain(key, { limitMs: CLOSE_LIMIT_MS });
    if (this.#streams.get(key) === stream) this.#streams.delete(key);
    if (await isStopped(stream)) stream.pipe.remove();
  }

  lossOf(key: string): LossState {
    return this.#streams.get(key)?.loss ?? NO_LOSS;
  }

  /**
   * The last `lines` lines of the stream's log, with those of other streams if it is shared. Looks
   * into the newest rotated file, too, and gives at most the last 1 MiB.
   */
  async tail(key: string, { lines }: { readonly lines: number }): Promise<Tail> {
    const stream = this.#streams.get(key);
    if (stream !== undefined) return await stream.writer.tail(lines);
    return { bytes: new Uint8Array(), problem: notCaptured(key) };
  }

  /**
   * Calls the listener with the last `lines` lines of the stream's log (none if left out), then
   * with what is written to it, also after rotation, until the returned function is called, the
   * log gets its last stream taken away, or the listener throws. While the promise it returns is
   * pending, nothing more is read for it; what is rotated away meanwhile becomes a gap. Throws an
   * Error for a stream that is not open.
   */
  follow(
    key: string,
    listener: FollowListener,
    { lines = 0 }: { readonly lines?: number } = {},
  ): () => void {
    const stream = this.#streams.get(key);
    if (stream === undefined) throw new Error(notCaptured(key));
    return stream.writer.follow(lines, listener);
  }

  /** Empties the stream's log, with what others have written to it if it is shared. */
  async clear(key: string): Promise<void> {
    await this.#streams.get(key)?.writer.clear();
  }

  /**
   * Shows all that goes through a stream from now on, whether or not it is open yet, and whether or
   * not the log takes it; null ends that.
   */
  tap(key: string, tap: Tap | null): void {
    if (tap === null) this.#taps.delete(key);
    else this.#taps.set(key, tap);
    const stream = this.#streams.get(key);
    if (stream !== undefined) stream.tap = tap;
  }

  /** Opens all logs anew, for whoever has moved them away. */
  reopenAll(): void {
    for (const writer of this.#writers.values()) writer.reopen();
  }

  /**
   * Ends the capture of all streams. With `keepFifos` the children run on, and their output stays
   * in the FIFOs for the next start; else it is as if each was closed.
   */
  async shutdown({ keepFifos }: { readonly keepFifos: boolean }): Promise<void> {
    const keys = [...this.#streams.keys()];
    await Promise.all(keys.map((key) => keepFifos ? this.#leave(key) : this.close(key)));
  }

  /** Has another holder keep the FIFOs, after the end of the first, say. */
  useHolder(holder: FifoHolder | null): void {
    this.#holder = holder;
    for (const { pipe } of this.#streams.values()) pipe.useHolder(holder);
  }

  async #leave(key: string): Promise<void> {
    const stream = this.#streams.get(key)!;
    this.#streams.delete(key);
    if (await isStopped(stream)) stream.pipe.close();
  }

  /** One whose FIFO somebody has removed is given up, after what is in it. */
  #streamInPlace(key: string): CapturedStream | undefined {
    const stream = this.#streams.get(key);
    if (stream === undefined || stream.pipe.isInPlace) return stream;
    this.#options.onWarning(`"${stream.pipe.fifo.path}" was removed; it is made anew`);
    void this.#giveUp(stream);
    return undefined;
  }

  async #giveUp(stream: CapturedStream): Promise<void> {
    await within(CLOSE_LIMIT_MS, stream.drained());
    if (await isStopped(stream)) stream.pipe.close();
  }

  #capture(key: string, writer: LogWriter, target: OutputTarget): CapturedStream {
    const pipe = new CapturePipe(this.#options.fifoDirectory, key, this.#holder);
    const options = { key, pipe, largePipes: this.#largePipes, listener: this.#options };
    const stream = new CapturedStream(options, writer, target);
    stream.tap = this.#taps.get(key) ?? null;
    this.#streams.set(key, stream);
    return stream;
  }

  #writerFor(target: string): LogWriter {
    const path = resolve(target);
    const writer = this.#writers.get(path) ?? new LogWriter(path, this.#writerOptions);
    this.#writers.set(path, writer);
    return writer;
  }

  #closeIfUnused(writer: LogWriter): void {
    if (!writer.isUnused || this.#writers.get(writer.path) !== writer) return;
    this.#writers.delete(writer.path);
    writer.close();
  }
}

function notCaptured(key: string): string {
  return `the output of "${key}" is not captured`;
}

/** False when a disk hangs: what its thread uses must not be closed then. */
function isStopped(stream: CapturedStream): Promise<boolean> {
  return within(CLOSE_LIMIT_MS, stream.stop());
}
