/**
 * Our own standard output, for the log and for copies of what programs write. A reader who does not
 * keep up must not hold up supervision: it costs lines, which are counted; and since programs may
 * write any amount, what they write never pushes the log out.
 */
import { jsonLine } from "../base/visible.ts";
import type { LogFormat } from "../core/configuration.ts";
import type { CopiedLines } from "../sys/output/output_copies.ts";
import { harmlessLine } from "../render/output_text.ts";
import { OutputQueue } from "../shell/output_queue.ts";
import { wantsColour } from "./standard_output.ts";

const FLUSH_MS = 500;

export class OwnOutput {
  readonly #format: () => LogFormat;
  readonly #isColoured = wantsColour(Deno.stdout);
  readonly #log = this.#queue("of the log");
  readonly #copies = this.#queue("of programs");
  #lastWrite: Promise<void> = Promise.resolve();
  #isLost = false;

  /** `format` is asked for each line. */
  constructor(format: () => LogFormat) {
    this.#format = format;
  }

  /** Nobody can read it any more: everything is thrown away. */
  get isLost(): boolean {
    return this.#isLost;
  }

  writeLog(line: string): void {
    this.#log.offer(1, () => `${line}\n`);
  }

  showCopied(copied: CopiedLines): void {
    this.#copies.offer(copied.lines.length, () => this.#renderCopied(copied));
  }

  async flush(): Promise<void> {
    await Promise.all([this.#log.flush(FLUSH_MS), this.#copies.flush(FLUSH_MS)]);
  }

  #queue(whose: string): OutputQueue {
    const queue: OutputQueue = new OutputQueue({
      write: (bytes) => this.#write(bytes),
      onLost: () => this.#isLost = true,
      onDropped: (lines) => queue.push(this.#renderDropped(`${lines} lines ${whose}`)),
    });
    return queue;
  }

  /** One after the other, so that no line gets into the middle of another. */
  #write(bytes: Uint8Array): Promise<void> {
    const write = this.#lastWrite.then(() => writeAll(bytes));
    this.#lastWrite = write.catch(() => {}); // The queue that asked for it is told.
    return write;
  }

  /** As `tail` shows it: a line can neither steer the terminal nor pass for one of the log. */
  #renderCopied({ lines, ...about }: CopiedLines): string {
    if (this.#format() === "text") {
      const colour = this.#isColoured;
      return lines.map((line) => `${about.process} | ${harmlessLine(line, { colour })}\n`).join("");
    }
    const time = new Date().toISOString();
    return lines.map((line) => jsonLine({ time, level: "info", kind: "output", ...about, line }))
      .join("");
  }

  #renderDropped(what: string): string {
    const message = `${what} were not shown here: nobody read fast enough`;
    if (this.#format() === "text") return `taskmaster: ${message}\n`;
    const time = new Date().toISOString();
    return jsonLine({ time, level: "warn", kind: "note", message });
  }
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
