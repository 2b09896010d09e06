/** The terminal that a person sits at: bytes in, bytes out, size, job control. */

/**
 * How the terminal treats keys. `cooked`: as the parent shell had it. `raw`: every key arrives at
 * once and is not echoed, Ctrl-C and Ctrl-Z are keys. `lines`: the terminal does the editing and
 * the echo; input arrives line by line, Ctrl-C and Ctrl-Z end a line as the bytes 3 and 26.
 * `through`: every byte goes through as it is, keys and output alike.
 */
export type TerminalMode = "cooked" | "raw" | "lines" | "through";

export interface TerminalListener {
  /** Never empty in `raw` and `through` mode. In `lines` mode an empty array is Ctrl-D. */
  onInput(bytes: Uint8Array): void;
  /** The terminal went away. Comes once; nothing comes after it. */
  onLost(): void;
  onResize(): void;
  /**
   * This process lost the terminal to the shell that started it, or has it back. After `true` the
   * mode is set again and what was on the screen is not.
   */
  onForeground(isForeground: boolean): void;
  /** Ctrl-Z came to nothing, since what started us does not stop. */
  onCannotSuspend(): void;
}

export interface Terminal {
  /** The cursor can be moved: input and output are terminals and TERM is not "dumb". */
  readonly canEdit: boolean;
  /** In characters; 0 when the terminal does not know. */
  size(): { readonly columns: number; readonly rows: number };
  /** Starts reading. Calls nothing before it returns. */
  open(mode: Exclude<TerminalMode, "cooked">, listener: TerminalListener): void;
  /** Changes the mode it was opened with. */
  setMode(mode: Exclude<TerminalMode, "cooked">): void;
  /**
   * Resolves when all bytes are with the terminal, which may be never; the event loop goes on
   * meanwhile. Rejects when the terminal is gone. One call at a time.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Asks the system at this moment, so that it can be used in a SIGHUP handler. */
  isLost(): boolean;
  isForeground(): boolean;
  /** Someone is there who could continue this job after a stop. */
  canSuspend(): boolean;
  /** Restores the mode and stops the whole job; `onForeground` reports the way back. */
  suspend(): void;
  /** Stops reading and restores the mode. May be called twice; never waits. */
  close(): void;
}
