/**
 * One who watches a terminal. Memory for one that takes its time is bounded: it misses what was
 * written meanwhile, and gets the screen as it is then.
 */
import type {
  AttachEnd,
  AttachListener,
  AttachOptions,
  AttachPiece,
  WindowSize,
} from "../../ports/attachment.ts";
import type { JournalRecord } from "../../core/record.ts";
import type { TerminalView } from "../../ports/terminals.ts";

/** What may wait for a viewer. */
const MOST_WAITING_BYTES = 262_144;

/** The terminal, as its viewers see it. */
export interface Watched {
  /** What draws the screen, with the lines before it for a viewer who has just come. */
  draw(options: { readonly rows: number; readonly withHistory: boolean }): Promise<Uint8Array>;
  /** Resolves when all that an ended program has written was passed on to `take`. */
  settled(): Promise<void>;
  write(keys: Uint8Array): Promise<void>;
  /** The size of a viewer has changed, or one has gone. */
  fit(): void;
  left(viewer: Viewer): void;
}

export class Viewer implements TerminalView {
  readonly limitsSize: boolean;
  readonly #isReadOnly: boolean;
  readonly #terminal: Watched;
  readonly #listener: AttachListener;
  #size: WindowSize;
  #queue: AttachPiece[] = [];
  #waitingBytes = 0;
  #needsDrawing = true;
  #isNew = true;
  #wake: (() => void) | null = null;
  /** They come behind what an ended child has written last. */
  #pending: AttachPiece[] = [];
  #isOver = false;

  constructor(options: AttachOptions, listener: AttachListener, terminal: Watched) {
    this.#size = options;
    this.limitsSize = options.limitsSize;
    this.#isReadOnly = options.isReadOnly;
    this.#listener = listener;
    this.#terminal = terminal;
  }

  get size(): WindowSize {
    return this.#size;
  }

  /** Begins to show. */
  start(): void {
    void this.#run();
  }

  /** The program has written this. */
  take(bytes: Uint8Array): void {
    // A drawing that is due will show it.
    if (this.#needsDrawing) return;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MOST_WAITING_BYTES) return this.redraw();
    this.#push({ kind: "bytes", bytes });
  }

  tell(record: JournalRecord): void {
    this.#pending.push({ kind: "record", record });
    void this.#terminal.settled().then(() => this.catchUp());
  }

  /** Nothing that an ended child has written is missing now, and the next one has not begun. */
  catchUp(): void {
    for (const piece of this.#pending.splice(0)) this.#push(piece);
  }

  finish(reason: AttachEnd): void {
    this.#pending.push({ kind: "end", reason });
    void this.#terminal.settled().then(() => this.catchUp());
  }

  /** At once, whatever is on its way. */
  cutOff(reason: AttachEnd): void {
    this.#push({ kind: "end", reason });
  }

  async write(keys: Uint8Array): Promise<void> {
    if (!this.#isOver && !this.#isReadOnly) await this.#terminal.write(keys);
  }

  resize(size: WindowSize): void {
    this.#size = size;
    this.#terminal.fit();
  }

  redraw(): void {
    this.#queue = this.#queue.filter(({ kind }) => kind !== "bytes");
    this.#waitingBytes = 0;
    this.#needsDrawing = true;
    this.#wakeUp();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue = [];
    this.#wakeUp();
    this.#terminal.left(this);
  }

  #push(piece: AttachPiece): void {
    if (this.#isOver) return;
    this.#queue.push(piece);
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = null;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isOver) {
        if (this.#needsDrawing) await this.#draw();
        else await this.#next();
      }
    } catch {
      // The listener's own trouble, a connection that was closed say.
      this.end();
    }
  }

  async #draw(): Promise<void> {
    this.#needsDrawing = false;
    const { rows } = this.#size;
    const bytes = await this.#terminal.draw({ rows, withHistory: this.#isNew });
    // What has come meanwhile was too much: there will be another one.
    if (this.#needsDrawing || this.#isOver) return;
    this.#isNew = false;
    await this.#listener({ kind: "bytes", bytes });
  }

  async #next(): Promise<void> {
    const piece = this.#queue.shift();
    if (piece === undefined) return await new Promise((resolve) => this.#wake = resolve);
    if (piece.kind === "bytes") this.#waitingBytes -= piece.bytes.length;
    await this.#listener(piece);
    if (piece.kind === "end") this.end();
  }
}
