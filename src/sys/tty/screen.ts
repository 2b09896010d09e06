/**
 * The screen of one process, kept up to date behind what the process writes. Working that out is far
 * slower than moving the bytes to the log: a program that floods its terminal is shown with gaps, so
 * that it neither waits for us nor keeps us from anything else.
 */
import type { WindowSize } from "../../ports/attachment.ts";
import type { Emulator, EmulatorFactory } from "./emulator.ts";

/** The most that may wait; what is older is left out. */
const MOST_WAITING_BYTES = 1_048_576;
/** Worked out at a time, in about a millisecond. */
const PORTION_BYTES = 16_384;
/** While more is waiting: a quarter of the time is spent on it. */
const REST_FACTOR = 3;

type Item =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** Of before our time. Questions in it were answered long ago. */
  | { readonly kind: "past"; readonly bytes: Promise<Uint8Array> }
  | { readonly kind: "size"; readonly size: WindowSize }
  | { readonly kind: "look"; readonly look: (emulator: Emulator | null) => void };

export interface ScreenOptions {
  readonly size: WindowSize;
  /** Resolves with null where there can be no emulator: then the screen is empty. */
  readonly emulator: Promise<EmulatorFactory | null>;
  /** The answer of a terminal to a question of the program. */
  readonly onReply: (bytes: Uint8Array) => void;
}

export class Screen {
  readonly #options: ScreenOptions;
  #queue: Item[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | null = null;
  #emulator: Emulator | null | undefined;
  #isAnswering = true;
  #isClosed = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /** What the program has written. The bytes are not to change any more. */
  feed(bytes: Uint8Array): void {
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MOST_WAITING_BYTES) this.#leaveOut();
    this.#add({ kind: "bytes", bytes });
  }

  /** What it has written before, as far as it is still there; before the first `feed`. */
  recall(bytes: Promise<Uint8Array>): void {
    this.#add({ kind: "past", bytes });
  }

  resize(size: WindowSize): void {
    this.#add({ kind: "size", size });
  }

  /** Calls `look` when all that was fed so far is on the screen. Nothing is fed during the call. */
  look<T>(look: (emulator: Emulator | null) => T): Promise<T> {
    return new Promise((resolve) => {
      this.#add({ kind: "look", look: (emulator) => resolve(look(emulator)) });
    });
  }

  /** Resolves when it does nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    this.#emulator?.close();
    for (const item of this.#queue.splice(0)) if (item.kind === "look") item.look(null);
  }

  #add(item: Item): void {
    this.#queue.push(item);
    this.#running ??= this.#run();
  }

  /** Sizes and looks keep their places. */
  #leaveOut(): void {
    const isOther = ({ kind }: Item) => kind !== "bytes";
    this.#queue = this.#queue.filter(isOther);
    this.#waitingBytes = 0;
  }

  async #run(): Promise<void> {
    this.#emulator ??= await this.#makeEmulator();
    while (!this.#isClosed && this.#queue.length > 0) {
      await this.#handle(this.#queue.shift()!, this.#emulator);
    }
    this.#running = null;
  }

  async #makeEmulator(): Promise<Emulator | null> {
    const factory = await this.#options.emulator;
    return factory?.(this.#options.size, (bytes) => {
      if (this.#isAnswering) this.#options.onReply(bytes);
    }) ?? null;
  }

  async #handle(item: Item, emulator: Emulator | null): Promise<void> {
    switch (item.kind) {
      case "look":
        return item.look(emulator);
      case "size":
        return emulator?.resize(item.size);
      case "past":
        this.#isAnswering = false;
        await emulator?.write(await item.bytes);
        this.#isAnswering = true;
        return;
      case "bytes":
        this.#waitingBytes = Math.max(0, this.#waitingBytes - item.bytes.length);
        if (emulator !== null) await this.#write(item.bytes, emulator);
    }
  }

  async #write(bytes: Uint8Array, emulator: Emulator): Promise<void> {
    for (let start = 0; start < bytes.length && !this.#isClosed; start += PORTION_BYTES) {
      const startedAt = performance.now();
      await emulator.write(bytes.subarray(start, start + PORTION_BYTES));
      if (this.#waitingBytes < PORTION_BYTES) continue;
      const restMs = (performance.now() - startedAt) * REST_FACTOR;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
}
