/**
 * Our own standard output, for the log and for copies of what programs write. A reader who does not
 * keep up must not hold up supervision: it costs lines, which are counted; and since programs may
 * write any amount, what they write never pushes the log out.
 */
import { jsonLine } from "../base/visible.ts";
import type { LogFormat } from "../core/configuration.ts";
import type { CopiedLines } from "../sys/output_copies.ts";
import { OutputQueue } from "../shell/output_queue.ts";

const FLUSH_MS = 500;

export class OwnOutput {
  readonly #format: () => LogFormat;
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
    this.#copies.offer(copied.lines.length, () => renderCopied(copied, this.#format()));
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

  #renderDropped(what: string): string {
    const message = `${what} were not shown here: nobody read fast enough`;
    if (this.#format() === "text") return `taskmaster: ${message}\n`;
    const time = new Date().toISOString();
    return jsonLine({ time, level: "warn", kind: "note", message });
  }
}

function renderCopied({ lines, ...about }: CopiedLines, format: LogFormat): string {
  if (format === "text") return lines.map((line) => `${about.process} | ${line}\n`).join("");
  const time = new Date().toISOString();
  return lines.map((line) => jsonLine({ time, level: "info", kind: "output", ...about, line }))
    .join("");
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
