/**
 * One stream of a process: its FIFO, and the log that what comes out of it goes to. It waits for
 * the shared epoll loop, or for its turn at the log; never for both, so that nobody else touches
 * the FIFO while bytes are moved out of it.
 */
import { EPOLLIN, watch } from "../epoll.ts";
import type { CapturePipe } from "./capture_pipe.ts";
import type { LargePipes } from "./large_pipes.ts";
import { isSame, type LogSource, type LogWriter } from "./log_writer.ts";
import { peek } from "./peek.ts";
import { startRest, TurnPace } from "./turn_pace.ts";
import type { Rotation } from "./writable_log.ts";
import { Loss, type LossListener, type LossState, NO_LOSS } from "./loss.ts";

interface Drain {
  /** Of `#passedBytes`; null until it is known how much is in the FIFO. */
  goal: number | null;
  readonly resolve: () => void;
}

export interface CapturedStreamOptions {
  readonly key: string;
  /** The stream closes it. */
  readonly pipe: CapturePipe;
  readonly largePipes: LargePipes;
  readonly listener: LossListener;
}

/** What a tap is shown in one turn, which moves no more than that. */
const TAP_BYTES = 65_536;

/** Sees all that goes through, once; the bytes are its own. */
export type Tap = (bytes: Uint8Array<ArrayBuffer>) => void;

interface Filled {
  readonly source: number;
  readonly bytes: number;
}

export class CapturedStream implements LogSource {
  readonly key: string;
  readonly pipe: CapturePipe;
  tap: Tap | null = null;
  /** Of what is in the pipe, what the tap has seen. */
  #shownBytes = 0;
  readonly #largePipes: LargePipes;
  readonly #listener: LossListener;
  #loss: Loss | null = null;
  #rotation: Rotation;
  #writer: LogWriter;
  /** Set while it waits for the epoll loop. */
  #unwatch: (() => void) | null = null;
  /** Written or thrown away, since it was opened. */
  #passedBytes = 0;
  #drains: Drain[] = [];
  #pace: TurnPace | null = null;
  readonly #onReadable = () => this.#takeTurn();
  /** Set while it rests after a turn. */
  #endRest: (() => void) | null = null;
  #isClosed = false;
  #onTurnOver: (() => void) | null = null;

  constructor(options: CapturedStreamOptions, writer: LogWriter, rotation: Rotation) {
    this.key = options.key;
    this.pipe = options.pipe;
    this.#largePipes = options.largePipes;
    this.#listener = options.listener;
    this.#writer = writer;
    this.#rotation = rotation;
    writer.attach(this);
    if (this.pipe.hasStage) this.#largePipes.add(this);
    if (this.pipe.isStaged) writer.enqueue(this);
    else this.#wait();
  }

  get rotation(): Rotation {
    return this.#rotation;
  }

  /** Where its bytes go now. */
  get writer(): LogWriter {
    return this.#writer;
  }

  get loss(): LossState {
    return this.#loss?.state ?? NO_LOSS;
  }

  /** No turn is due or under way, and nothing was in the pipe after the last one. */
  get isIdle(): boolean {
    return this.#unwatch !== null;
  }

  /** Changes the rotation of its log, or the log; a turn that is due still goes to the old one. */
  redirect(writer: LogWriter, rotation: Rotation): void {
    const before = this.#writer;
    if (before === writer && isSame(rotation, this.#rotation)) return;
    this.#writer = writer;
    this.#rotation = rotation;
    writer.attach(this);
    if (before !== writer) before.detach(this);
  }

  fill(): Filled {
    const filled = this.pipe.fill();
    this.#largePipes.note(this, filled.bytes);
    if (this.#drains.length > 0) {
      const goal = this.#passedBytes + this.pipe.availableBytes();
      for (const drain of this.#drains) drain.goal ??= goal;
    }
    return this.tap === null ? filled : this.#show(filled, this.tap);
  }

  #show(filled: Filled, tap: Tap): Filled {
    const seen = peek(filled.source, Math.min(filled.bytes, TAP_BYTES));
    const unseen = seen.slice(this.#shownBytes);
    this.#shownBytes = Math.max(this.#shownBytes, seen.length);
    if (unseen.length > 0) tap(unseen);
    return { source: filled.source, bytes: seen.length };
  }

  turnEnded(movedBytes: number): void {
    this.#passedBytes += movedBytes;
    this.#shownBytes = Math.max(0, this.#shownBytes - movedBytes);
    if (movedBytes > 0) this.#loss?.end(this.key, this.#listener);
    this.#next(movedBytes);
  }

  turnFailed(reason: string): number {
    if (this.tap !== null) this.#show(this.pipe.fill(), this.tap);
    this.#shownBytes = 0;
    const bytes = this.pipe.discard();
    this.#passedBytes += bytes;
    (this.#loss ??= new Loss()).add(this.key, bytes, reason, this.#listener);
    for (const drain of this.#drains) drain.goal ??= this.#passedBytes;
    this.#next(0);
    return bytes;
  }

  /** Resolves when all that is in the FIFO now has been written or thrown away. */
  drained(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drains.push({ goal: null, resolve });
      this.#endRest?.();
      this.#takeTurn();
    });
  }

  /**
   * Takes no more turns; resolves when one under way is over, and then the pipe can be closed.
   * What is left in it stays there.
   */
  async stop(): Promise<void> {
    this.#isClosed = true;
    this.#endRest?.();
    if (this.#unwatch === null) await new Promise<void>((over) => this.#onTurnOver = over);
    this.#unwatch?.();
    this.#unwatch = null;
    this.#largePipes.forget(this);
    this.#writer.detach(this);
    this.#settleDrains(Infinity);
  }

  #wait(): void {
    this.#unwatch = watch(this.pipe.fifo.fd, EPOLLIN, this.#onReadable);
  }

  #takeTurn(): void {
    if (this.#unwatch === null) return;
    this.#unwatch();
    this.#unwatch = null;
    this.#writer.enqueue(this);
  }

  /** After a turn: another one if there may be more, else when there is. */
  #next(movedBytes: number): void {
    this.#settleDrains(this.#passedBytes);
    if (this.#isClosed) this.#onTurnOver?.();
    else if (movedBytes > 0) void this.#rest(movedBytes);
    else if (this.pipe.isStaged || this.#isDrainNew()) this.#writer.enqueue(this);
    else this.#wait();
  }

  async #rest(movedBytes: number): Promise<void> {
    const pace = this.#pace ??= new TurnPace();
    const { fifo } = this.pipe;
    // All that came: a turn may have moved little of it because little could be looked at.
    const cameBytes = movedBytes + fifo.availableBytes();
    const restMs = pace.restAfter(cameBytes, fifo.capacityBytes);
    if (restMs > 0 && this.#drains.length === 0) {
      const rest = startRest(restMs);
      this.#endRest = rest.end;
      await rest.over;
      this.#endRest = null;
    }
    if (this.#isClosed) this.#onTurnOver?.();
    else this.#writer.enqueue(this);
  }

  /** A drain was asked for during the turn, when it was already decided that there is nothing. */
  #isDrainNew(): boolean {
    return this.#drains.some(({ goal }) => goal === null);
  }

  #settleDrains(passedBytes: number): void {
    if (this.#drains.length === 0) return;
    const isOver = ({ goal }: Drain) => passedBytes >= (goal ?? Infinity);
    const over = this.#drains.filter(isOver);
    this.#drains = this.#drains.filter((drain) => !isOver(drain));
    for (const { resolve } of over) resolve();
  }
}
