/** Logs in memory: a test says what is in them and what followers are told. */
import { processId } from "../../src/core/name.ts";
import type {
  OutputLogs,
  OutputLoss,
  OutputPiece,
  OutputTail,
  StreamName,
} from "../../src/ports/output_logs.ts";

type Listener = (piece: OutputPiece) => void | Promise<void>;

const NOTHING: OutputTail = { bytes: new Uint8Array(), problem: null };

export class FakeOutputLogs implements OutputLogs {
  readonly #tails = new Map<string, OutputTail>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #losses = new Map<string, OutputLoss>();
  /** What cannot be followed or emptied, and why. */
  readonly #refusals = new Map<string, string>();
  readonly cleared: string[] = [];
  #wake: () => void = () => {};
  /** What the last reader has asked for. */
  askedLines: number | null = null;

  /** `name` as "web:0.stdout". */
  set(name: string, tail: Partial<OutputTail>): void {
    this.#tails.set(name, { ...NOTHING, ...tail });
  }

  lose(name: string, loss: OutputLoss): void {
    this.#losses.set(name, loss);
  }

  refuse(name: string, reason: string): void {
    this.#refusals.set(name, reason);
  }

  /** Resolves when every follower has taken it, and what it was told before. */
  async tell(name: string, piece: OutputPiece): Promise<void> {
    await Promise.all([...this.#listeners.get(name) ?? []].map((listener) => listener(piece)));
  }

  get followers(): number {
    return this.#listeners.values().reduce((sum, { size }) => sum + size, 0);
  }

  /** Resolves when the condition holds; it is asked again whenever a follower has ended. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake = resolve);
  }

  tail(name: StreamName, lines: number): Promise<OutputTail> {
    this.askedLines = lines;
    return Promise.resolve(this.#tails.get(keyOf(name)) ?? NOTHING);
  }

  follow(name: StreamName, lines: number, listener: Listener): () => void {
    this.#check(keyOf(name));
    this.askedLines = lines;
    const listeners = this.#listeners.get(keyOf(name)) ?? new Set();
    const inOrder = oneAtATime(listener);
    this.#listeners.set(keyOf(name), listeners.add(inOrder));
    const tail = this.#tails.get(keyOf(name));
    if (tail !== undefined) void inOrder({ kind: "bytes", bytes: tail.bytes });
    return () => {
      listeners.delete(inOrder);
      this.#wake();
    };
  }

  // deno-lint-ignore require-await -- what is thrown here is a rejection there
  async clear(name: StreamName): Promise<void> {
    this.#check(keyOf(name));
    this.cleared.push(keyOf(name));
  }

  lossOf(name: StreamName): OutputLoss {
    return this.#losses.get(keyOf(name)) ?? { bytes: 0, reason: null };
  }

  #check(key: string): void {
    const reason = this.#refusals.get(key);
    if (reason !== undefined) throw new Error(reason);
  }
}

function keyOf({ program, num, stream }: StreamName): string {
  return `${processId(program, num)}.${stream}`;
}

/** As the port has it: not called again while its promise is pending. */
function oneAtATime(listener: Listener): (piece: OutputPiece) => Promise<void> {
  let last = Promise.resolve();
  return (piece) => last = last.then(() => listener(piece));
}
