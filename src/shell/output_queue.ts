/**
 * What waits for the terminal. The terminal may be slow or stopped for ever; memory stays bounded
 * because output that nobody asked for is dropped by whole texts once too much waits.
 */

const LIMIT_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

export interface OutputQueueOptions {
  /** Resolves when the bytes are written; called one at a time. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** A write failed. From then on everything is thrown away. */
  readonly onLost: () => void;
  /** Everything was written, and so many lines were refused since the last time. */
  readonly onDropped: (lines: number) => void;
  readonly limitBytes?: number;
}

export class OutputQueue {
  readonly #options: OutputQueueOptions;
  readonly #limitBytes: number;
  readonly #encoder = new TextEncoder();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #droppedLines = 0;
  /** What is kept back; null = nothing is. */
  #held: Uint8Array[] | null = null;
  #isWriting = false;
  #isLost = false;
  #onIdle: (() => void)[] = [];
  #onRoom: (() => void)[] = [];

  constructor(options: OutputQueueOptions) {
    this.#options = options;
    this.#limitBytes = options.limitBytes ?? LIMIT_BYTES;
  }

  /** More than the limit waits: `offer` refuses, and a caller with a choice should wait. */
  get isFull(): boolean {
    return this.#waitingBytes >= this.#limitBytes;
  }

  /** For what belongs to the screen, such as the prompt: always taken. */
  push(text: string): void {
    if (this.#isLost || text === "") return;
    const bytes = this.#encoder.encode(text);
    if (this.#held === null) return this.#enqueue(bytes);
    this.#held.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Keeps back what is pushed and offered: the screen is somebody else's. */
  hold(): void {
    this.#held ??= [];
  }

  /** Ends that. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const bytes of held) {
      this.#waitingBytes -= bytes.length;
      this.#enqueue(bytes);
    }
  }

  /** For whoever has the screen meanwhile: resolves when it is written, or the terminal is lost. */
  pass(bytes: Uint8Array): Promise<void> {
    this.#enqueue(bytes);
    if (!this.#isWriting) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Takes what `render` gives, or counts `lines` as dropped without calling it. */
  offer(lines: number, render: () => string): void {
    if (this.isFull) this.#droppedLines += lines;
    else this.push(render());
  }

  /** Resolves when less than the limit waits, or the terminal is lost. */
  room(): Promise<void> {
    if (!this.isFull || this.#isLost) return Promise.resolve();
    return new Promise((resolve) => this.#onRoom.push(resolve));
  }

  /** True when everything was written within the time. */
  async flush(limitMs: number): Promise<boolean> {
    if (!this.#isWriting) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const idle = new Promise<boolean>((resolve) => this.#onIdle.push(() => resolve(true)));
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), limitMs);
    });
    try {
      return await Promise.race([idle, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #enqueue(bytes: Uint8Array): void {
    if (this.#isLost) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#isWriting) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#waiting.length > 0) {
        // Lets all that is printed in one turn of the event loop become one write.
        await Promise.resolve();
        const chunk = this.#takeChunk();
        await this.#options.write(chunk);
        this.#waitingBytes -= chunk.length;
        if (!this.isFull) release(this.#onRoom);
        if (this.#waiting.length === 0) this.#reportDropped();
      }
    } catch {
      this.#isLost = true;
      this.#waiting = [];
      this.#waitingBytes = 0;
      this.#options.onLost();
    } finally {
      this.#isWriting = false;
      release(this.#onRoom);
      release(this.#onIdle);
    }
  }

  #reportDropped(): void {
    if (this.#held !== null) return;
    const lines = this.#droppedLines;
    this.#droppedLines = 0;
    if (lines > 0) this.#options.onDropped(lines);
  }

  #takeChunk(): Uint8Array {
    let count = 0;
    let size = 0;
    for (const bytes of this.#waiting) {
      if (count > 0 && size + bytes.length > CHUNK_BYTES) break;
      size += bytes.length;
      count++;
    }
    const taken = this.#waiting.splice(0, count);
    if (taken.length === 1) return taken[0]!;
    const chunk = new Uint8Array(size);
    let offset = 0;
    for (const bytes of taken) {
      chunk.set(bytes, offset);
      offset += bytes.length;
    }
    return chunk;
  }
}

function release(waiters: (() => void)[]): void {
  for (const resolve of waiters.splice(0)) resolve();
}
