/** What the measurements have to know of a supervisor: its files and its command lines. */

export type Command = readonly string[];

/** What each program of a fleet does (bench/stamp.c). */
export type Mode = "wait" | "exit" | "write";

export interface Fleet {
  /** Of this supervisor alone. */
  readonly directory: string;
  /** bench/stamp.c, compiled. */
  readonly program: string;
  readonly fifo: string;
  readonly count: number;
  readonly mode: Mode;
  /** Of what "write" writes. */
  readonly bytes: number;
  /** The one that is configured anew, for a reload. */
  readonly changed: string | null;
}

export interface Layout {
  /** Starts the supervisor with all its programs, and stays with it if there is no `pidFile`. */
  readonly start: Command;
  /** Of the daemon that `start` leaves behind when it ends. */
  readonly pidFile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly status: Command;
  /** Stops all programs. */
  readonly stop: Command;
  /** After its files have been written with another fleet. */
  reload(changed: string): Command;
  /** Ends the supervisor and its programs; a signal by default. */
  readonly end: Command | Deno.Signal;
  /** Where the output of a program goes; null = nowhere but to a logger that would be one more. */
  logOf(name: string): string | null;
}

export interface Peer {
  readonly name: string;
  /** undefined when it is not installed. */
  version(): Promise<string | undefined>;
  /** Writes its files. */
  prepare(fleet: Fleet): Promise<Layout>;
}

export function namesOf({ count }: Pick<Fleet, "count">): string[] {
  return Array.from({ length: count }, (_, index) => `w${index}`);
}

/** No word of it needs quoting in any file. */
export function commandOf(fleet: Fleet, name: string): Command {
  const { program, fifo, mode, bytes, changed } = fleet;
  const more = mode === "write" ? [String(bytes)] : changed === name ? ["changed"] : [];
  return [program, fifo, name, mode, ...more];
}
