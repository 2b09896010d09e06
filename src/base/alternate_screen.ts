/** Whether a terminal shows its other screen, told from the bytes that it gets. */

/** Longer sequences of modes are nobody's. */
// deno-lint-ignore no-control-regex
const UNFINISHED = /\x1b(?:\[(?:\?[\d;]{0,64})?)?$/;
// deno-lint-ignore no-control-regex
const SWITCHES = /\x1b(?:c|\[\?([\d;]+)([hl]))/g;
const MODES = ["47", "1047", "1049"];
const ESCAPE = 0x1b;

export class AlternateScreen {
  readonly #decoder = new TextDecoder("latin1");
  #isShown = false;
  /** The beginning of a sequence at the end of what came last. */
  #unfinished = "";

  get isShown(): boolean {
    return this.#isShown;
  }

  feed(bytes: Uint8Array): void {
    if (this.#unfinished === "" && !bytes.includes(ESCAPE)) return;
    const text = this.#unfinished + this.#decoder.decode(bytes);
    for (const [, modes, final] of text.matchAll(SWITCHES)) {
      // Without modes it is a full reset.
      if (modes === undefined) this.#isShown = false;
      else if (modes.split(";").some((mode) => MODES.includes(mode))) this.#isShown = final === "h";
    }
    this.#unfinished = UNFINISHED.exec(text)?.[0] ?? "";
  }
}
