/** What a verb is: the same in the shell, on the command line, in completion and in the docs. */
import type { RecordLevel } from "../core/record.ts";
import type { Controller } from "../ports/controller.ts";
import type { TerminalLender } from "../ports/terminal_loan.ts";
import type { ExitCode } from "./exit_code.ts";

/** What an argument names; decides what Tab offers. */
export type ArgumentKind =
  | "selector"
  | "signal"
  | "stream"
  | "level"
  | "file"
  /** The name of a running taskmaster. */
  | "instance"
  /** One that completions can be written for. */
  | "shell"
  | "verb"
  /** One of its `words`. */
  | "word"
  | "text";

export interface ArgumentSpec {
  readonly name: string;
  readonly kind: ArgumentKind;
  /** The words there are, for the kind "word". */
  readonly words?: readonly string[];
  readonly required: boolean;
  readonly variadic?: boolean;
}

export interface OptionSpec {
  /** "-n, --lines <count>" or "--json", as commander reads it. */
  readonly flags: string;
  readonly description: string;
  /** What its value names; "text" when it is left out. */
  readonly value?: ArgumentKind;
}

/** The words of a verb, without what it does. */
export interface VerbSpec {
  readonly name: string;
  /** One line for `help`. */
  readonly summary: string;
  /** For `help VERB`: what the line does not say. */
  readonly details?: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
}

/** Where a command's text goes and what may be assumed of the reader. */
export interface Output {
  /** Results. The text ends with a newline. */
  write(text: string): void;
  /** Complaints. The text ends with a newline. */
  writeError(text: string): void;
  /** News, as it comes: may be dropped while the reader does not keep up. */
  writeLive(text: string): void;
  /** Replaces what it has shown before; only where a person looks at a whole terminal. */
  redraw?(text: string): void;
  /** One line about what is being waited for, in place of the one before; null takes it away. */
  progress?(line: string | null): void;
  readonly colour: boolean;
  /** Columns; Infinity when unknown. */
  readonly width: number;
}

export type EventLevel = RecordLevel | "off";

/** What only a running shell can do for its verbs. */
export interface ShellControls {
  /** The shell lives in the supervisor: to leave it is to end everything. */
  readonly isSupervisor: boolean;
  eventLevel: EventLevel;
  leave(): void;
  /** False when there is nobody to ask, or the answer is not yes. */
  confirm(question: string): Promise<boolean>;
}

export interface CommandContext {
  readonly controller: Controller;
  readonly output: Output;
  readonly shell: ShellControls;
  /** null when there is none, or its cursor cannot be moved. */
  readonly terminal: TerminalLender | null;
  /** Aborted by Ctrl-C: the verb ends, what it asked for goes on. */
  readonly interrupt: AbortSignal;
  /** Resolves after so many milliseconds, or at Ctrl-C. */
  pause(ms: number): Promise<void>;
}

export interface Invocation {
  /** Arguments in order; those of a variadic one follow each other. */
  readonly args: readonly string[];
  /** By long name in camelCase. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

export interface Command extends VerbSpec {
  /** It changes something: the journal notes who asked for it. */
  readonly isNoted?: boolean;
  /** It borrows the whole terminal. */
  readonly takesTerminal?: boolean;
  /** It has no meaning outside of a shell. */
  readonly isShellOnly?: boolean;
  run(invocation: Invocation, context: CommandContext): Promise<ExitCode>;
}
