/** A supervisor that runs scenarios: what the two have in common for those who ask them. */
import type { Ran } from "../support/taskmaster_run.ts";
import type { Programs, State, Told } from "./scenario.ts";

/** What is waited for comes within seconds; this is for machines that are busy with other things. */
export const LIMIT_MS = 60_000;

export interface Change {
  /** "web" or "web:1". */
  readonly process: string;
  readonly state: State;
}

export interface End {
  readonly process: string;
  /** "code 1" or "signal KILL". */
  readonly how: string;
}

export interface Side extends AsyncDisposable {
  /** Programs write here. */
  readonly out: string;

  /** Every change of a process so far, in order. */
  changes(): readonly Change[];
  /** How children ended, in order. */
  ends(): readonly End[];

  /** A command line of its client; names are those of `Change`, or "web:*", or "all". */
  ask(verb: string, args: readonly string[]): Promise<Ran>;
  /** The same through its API; a refusal is no error. For "signal" the signal comes first. */
  tell(verb: Told, args: readonly string[]): Promise<void>;
  /** A command line, but the client is killed when `when` is true. */
  askAndLeave(verb: string, name: string, when: () => boolean): Promise<void>;
  /** Writes the configuration anew and has it applied. */
  reload(programs: Programs): Promise<Ran>;
  /** Puts a mistake into the file and has it read; resolves when that has had its effect. */
  reloadMistake(): Promise<void>;
  /** SIGHUP; resolves when it has done what it does then. */
  hangUp(): Promise<void>;
  /** SIGTERM; resolves with the exit code when it is gone. */
  shutdown(): Promise<number>;

  /** Resolves when `look` is true, which may be when a file has changed or something has ended. */
  until(look: () => boolean): Promise<void>;
  describe(): string;
}
