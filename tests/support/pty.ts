/**
 * Programs on a pseudo-terminal of their own, driven as a person would: keys in, a screen out.
 * Every wait has a limit and ends with what the terminal showed.
 */
import { ReadStream } from "node:tty";
import { Screen } from "./screen.ts";

const O_RDWR_NOCTTY_CLOEXEC = 0o2 | 0o400 | 0o2000000;
const TIOCSWINSZ = 0x5414n;
const DEFAULT_LIMIT_MS = 20_000;

export interface SpawnInPtyOptions {
  readonly rows?: number;
  readonly cols?: number;
  /** Added to the environment of the tests; TERM is xterm unless given. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Does not read the terminal until `resumeReading`: a terminal that is stuck. */
  readonly isStuck?: boolean;
}

/** What a wait looks at. */
export interface PtyView {
  readonly screen: Screen;
  /** All bytes so far, as text. */
  readonly raw: string;
}

export type Condition = RegExp | ((view: PtyView) => boolean);

export class Pty implements AsyncDisposable {
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #screen: Screen;
  readonly #libc: ReturnType<typeof openLibc>;
  readonly #master: number;
  readonly #stream: ReadStream;
  readonly #child: Deno.ChildProcess;
  readonly #decoder = new TextDecoder();
  readonly #streamClosed: Promise<void>;
  #raw = "";
  #waiters = new Set<() => void>();
  #isClosed = false;

  constructor(command: readonly string[], options: SpawnInPtyOptions) {
    const size = { rows: options.rows ?? 24, cols: options.cols ?? 80 };
    this.#screen = new Screen(size);
    this.#libc = openLibc();
    const { master, path } = openMaster(this.#libc.symbols);
    this.#master = master;
    this.#setSize(size.rows, size.cols);
    // The shell opens the terminal, so that the child has it as 0, 1 and 2 and nothing else.
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", 'exec setsid -c "$@" <>"$PTY_PATH" >&0 2>&0', "sh", ...command],
      env: { TERM: "xterm", ...options.env, PTY_PATH: path },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.pid = this.#child.pid;
    this.status = this.#child.status.then((status) => {
      this.#wake();
      return status;
    });
    this.#stream = new ReadStream(master);
    this.#streamClosed = new Promise((resolve) => this.#stream.once("close", () => resolve()));
    // EIO: the last process has closed its side.
    this.#stream.on("error", () => {});
    this.#stream.on("data", (bytes: Uint8Array) => void this.#receive(bytes));
    if (options.isStuck) this.#stream.pause();
  }

  /** Everything the child has written so far. */
  get raw(): string {
    return this.#raw;
  }

  screen(): Screen {
    return this.#screen;
  }

  /** As if typed. Keys that mean something, such as Tab, each need their own call and a wait. */
  write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const written = this.#libc.symbols.write(this.#master, bytes, BigInt(bytes.length));
    if (Number(written) !== bytes.length) throw new Error("the terminal did not take all keys");
  }

  /** Resolves when the condition holds; a pattern is looked for on the visible screen. */
  async waitFor(condition: Condition, limitMs: number = DEFAULT_LIMIT_MS): Promise<void> {
    const holds = (): boolean =>
      condition instanceof RegExp
        ? condition.test(this.#screen.text())
        : condition({ screen: this.#screen, raw: this.#raw });
    const deadline = Date.now() + limitMs;
    while (!holds()) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw new Error(`waited ${limitMs} ms for ${condition}\n${this.describe()}`);
      await this.#nextChange(leftMs);
    }
  }

  resize(rows: number, cols: number): void {
    this.#screen.resize(rows, cols);
    this.#setSize(rows, cols);
  }

  pauseReading(): void {
    this.#stream.pause();
  }

  resumeReading(): void {
    this.#stream.resume();
  }

  signal(signal: Deno.Signal): void {
    Deno.kill(this.pid, signal);
  }

  /** For messages of failed tests. */
  describe(): string {
    const { row, column } = this.#screen.cursor();
    const tail = JSON.stringify(this.#raw.slice(-600));
    return `screen (cursor ${row},${column}):\n${this.#screen.text()}\nraw: ${tail}`;
  }

  /** Closes our end: for the child, the terminal disappears. */
  async hangUp(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.destroy();
    await this.#streamClosed;
    this.#libc.close();
    await this.#screen.close();
  }

  /** Ends the child if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.hangUp();
    try {
      Deno.kill(this.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
    await this.status;
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    this.#raw += this.#decoder.decode(bytes, { stream: true });
    await this.#screen.write(bytes);
    this.#wake();
  }

  #setSize(rows: number, cols: number): void {
    const size = new Uint16Array([rows, cols, 0, 0]);
    this.#libc.symbols.ioctl(this.#master, TIOCSWINSZ, new Uint8Array(size.buffer));
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  #nextChange(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      this.#waiters.add(wake);
    });
  }
}

/** `await using pty = spawnInPty([...])`: ended and closed at the end of the test. */
export function spawnInPty(command: readonly string[], options: SpawnInPtyOptions = {}): Pty {
  return new Pty(command, options);
}

function openLibc() {
  return Deno.dlopen("libc.so.6", {
    posix_openpt: { parameters: ["i32"], result: "i32" },
    grantpt: { parameters: ["i32"], result: "i32" },
    unlockpt: { parameters: ["i32"], result: "i32" },
    ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
    ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
    write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  });
}

function openMaster(
  libc: ReturnType<typeof openLibc>["symbols"],
): { readonly master: number; readonly path: string } {
  const master = libc.posix_openpt(O_RDWR_NOCTTY_CLOEXEC);
  const name = new Uint8Array(64);
  const isReady = master >= 0 && libc.grantpt(master) === 0 && libc.unlockpt(master) === 0 &&
    libc.ptsname_r(master, name, BigInt(name.length)) === 0;
  if (!isReady) throw new Error("cannot open a pseudo-terminal");
  return { master, path: new TextDecoder().decode(name.subarray(0, name.indexOf(0))) };
}
