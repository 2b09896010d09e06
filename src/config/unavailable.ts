/**
 * Keys that the design has and the program does not obey yet. They are checked like all others and
 * then refused, so that nobody relies on what does not happen. To make one work: delete its entry
 * and wire the key in `build_program.ts` or `build_daemon.ts`.
 */
export interface Unavailable {
  /** Only some values are refused; absent: all. */
  readonly refuses?: (value: unknown) => boolean;
}

export const UNAVAILABLE_PROGRAM_KEYS: ReadonlyMap<string, Unavailable> = new Map();

export const UNAVAILABLE_DAEMON_KEYS: ReadonlyMap<string, Unavailable> = new Map();
