/** A client that is still running while the test does something else. */
import type { Place } from "./taskmaster_place.ts";
import { type Ran, taskmasterCommand } from "./taskmaster_run.ts";

const LIMIT_MS = 20_000;

export class RunningClient implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<Ran>;
  #stdout = "";
  #stderr = "";
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor(place: Place, ...words: string[]) {
    const [program = "", ...args] = [...taskmasterCommand(), "--socket", place.socket, ...words];
    this.#child = new Deno.Command(program, {
      args,
      env: { NO_COLOR: "1", ...place.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#ended = this.#run();
  }

  get stdout(): string {
    return this.#stdout;
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has written what is looked for to its standard output. */
  printed(pattern: RegExp): Promise<void> {
    return this.#until(() => pattern.test(this.#stdout));
  }

  /** The same for its standard error. */
  complained(pattern: RegExp): Promise<void> {
    return this.#until(() => pattern.test(this.#stderr));
  }

  /** When it has ended; it is killed if that takes too long. */
  async ended(): Promise<Ran> {
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), LIMIT_MS);
    const ran = await this.#ended;
    clearTimeout(deadline);
    return ran;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #until(isDone: () => boolean): Promise<void> {
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), LIMIT_MS);
    while (!isDone()) {
      if (this.#hasEnded) throw new Error(`it ended: ${this.#stdout}${this.#stderr}`);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    clearTimeout(deadline);
  }

  async #run(): Promise<Ran> {
    const [{ code }] = await Promise.all([
      this.#child.status,
      this.#read(this.#child.stdout, (text) => this.#stdout += text),
      this.#read(this.#child.stderr, (text) => this.#stderr += text),
    ]);
    this.#hasEnded = true;
    this.#wake();
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    take: (text: string) => void,
  ): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      take(text);
      this.#wake();
    }
  }
}
