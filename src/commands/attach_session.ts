/** One use of the terminal by `attach`: keys one way, the program's screen the other. */
import { TERMINAL_RESET } from "../base/terminal_reset.ts";
import type { AttachEnd, Attachment, AttachOptions, AttachPiece } from "../ports/attachment.ts";
import type { Borrower, LentTerminal } from "../ports/terminal_loan.ts";
import { recordText } from "../render/record.ts";
import { describeDetachKeys, DetachDetector, type DetachKeys } from "../base/detach_keys.ts";

/** The title of the window, for terminals that can keep one. */
const KEEP_TITLE = "\x1b[22;0t";
const OLD_TITLE = "\x1b[23;0t";
/** Everything as it was before the program, and the next text on a line of its own at the bottom. */
const LEAVE = `${TERMINAL_RESET}${OLD_TITLE}\x1b[9999;1H\r\n`;

export interface AttachSessionOptions extends Pick<AttachOptions, "isReadOnly" | "limitsSize"> {
  readonly detachKeys: DetachKeys;
}

export type Leaving =
  | AttachEnd
  | "detached"
  /** The terminal is gone or was taken back. */
  | "revoked";

export class AttachSession implements Borrower {
  readonly #options: AttachSessionOptions;
  readonly #detector: DetachDetector;
  readonly #left = Promise.withResolvers<Leaving>();
  #terminal: LentTerminal | null = null;
  #attachment: Attachment | null = null;
  /** Typed before the attachment was there. */
  #early: Uint8Array[] = [];
  #onKeys: ((keys: Uint8Array) => void) | null = null;
  #isCleared = false;
  #isOver = false;

  constructor(options: AttachSessionOptions) {
    this.#options = options;
    this.#detector = new DetachDetector(options.detachKeys);
  }

  /** As a person calls them. */
  get keysToLeave(): string {
    return describeDetachKeys(this.#options.detachKeys);
  }

  /** Resolves when the user has left, or had to. */
  get left(): Promise<Leaving> {
    return this.#left.promise;
  }

  attachOptions(terminal: LentTerminal): AttachOptions {
    this.#terminal = terminal;
    return { ...terminal.size(), ...this.#options };
  }

  readonly listener = async (piece: AttachPiece): Promise<void> => {
    if (this.#isOver) return;
    switch (piece.kind) {
      case "bytes":
        this.#clearAway();
        return await this.#terminal?.write(piece.bytes);
      case "record":
        return await this.write(`\r\n\x1b[0m[${recordText(piece.record)}]\r\n`);
      case "end":
        return this.#leave(piece.reason);
    }
  };

  /** Resolves when it is over; the screen is restored, the terminal is still lent. */
  async use(attachment: Attachment): Promise<Leaving> {
    this.#attachment = attachment;
    for (const keys of this.#early.splice(0)) void attachment.write(keys);
    const leaving = await this.left;
    attachment.end();
    return leaving;
  }

  /** The same for what has no terminal. `onKeys` gets what would have been for the program. */
  async watch(onKeys: (keys: Uint8Array) => void): Promise<Leaving> {
    this.#onKeys = onKeys;
    return await this.left;
  }

  async write(text: string): Promise<void> {
    if (!this.#isOver) await this.#terminal?.write(new TextEncoder().encode(text));
  }

  /** What was watched has gone away; null = it was ended from here. */
  lose(reason: string | null): void {
    if (reason === null) return;
    void this.write(`\r\n[${reason}]`);
    this.#leave("revoked");
  }

  detach(): void {
    this.#leave("detached");
  }

  onInput(bytes: Uint8Array): void {
    const { keys, isDetached } = this.#detector.feed(bytes);
    if (keys.length > 0) this.#pass(keys);
    if (isDetached) this.#leave("detached");
  }

  onResize(): void {
    if (this.#terminal !== null) this.#attachment?.resize(this.#terminal.size());
  }

  onRedraw(): void {
    this.#attachment?.redraw();
  }

  onRevoked(): void {
    this.#leave("revoked");
  }

  /** What is on the screen is not to be overwritten: it goes where it can be scrolled back to. */
  #clearAway(): void {
    if (this.#isCleared) return;
    this.#isCleared = true;
    void this.write(KEEP_TITLE + "\n".repeat(this.#terminal?.size().rows ?? 0));
  }

  #pass(keys: Uint8Array): void {
    if (this.#onKeys !== null) this.#onKeys(keys);
    else if (this.#attachment === null) this.#early.push(keys);
    else void this.#attachment.write(keys);
  }

  #leave(leaving: Leaving): void {
    if (this.#isOver) return;
    void this.write(this.#isCleared ? LEAVE : "\r\n");
    this.#isOver = true;
    this.#left.resolve(leaving);
  }
}
