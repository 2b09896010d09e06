/** What is followed, as text. */
import type { OutputPiece } from "../ports/output_logs.ts";
import { OutputText } from "../render/output_text.ts";
import type { Output } from "./command.ts";

/** Whole lines of several processes, with a heading wherever another one begins. */
export class FollowSink {
  isAlone = true;
  readonly #output: Output;
  readonly #texts = new Map<string, OutputText>();
  #last: string | null = null;

  constructor(output: Output) {
    this.#output = output;
  }

  take(name: string, piece: OutputPiece): void {
    switch (piece.kind) {
      case "bytes":
        return this.#write(name, this.#textOf(name).add(piece.bytes));
      case "gap":
        return this.#write(
          name,
          this.#textOf(name).end() +
            `[${piece.bytes} bytes are left out: too much at a time]\n`,
        );
      case "lost":
        return this.#write(name, `[${piece.bytes} bytes were lost: ${piece.reason}]\n`);
    }
  }

  end(): void {
    for (const [name, text] of this.#texts) this.#write(name, text.end());
  }

  #write(name: string, text: string): void {
    if (text === "") return;
    const isOther = !this.isAlone && this.#last !== name;
    this.#last = name;
    this.#output.writeLive((isOther ? heading(name) : "") + text);
  }

  #textOf(name: string): OutputText {
    let text = this.#texts.get(name);
    if (text === undefined) this.#texts.set(name, text = new OutputText(this.#output));
    return text;
  }
}

export function heading(name: string): string {
  return `==> ${name} <==\n`;
}
