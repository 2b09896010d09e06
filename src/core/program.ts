/** The validated settings of one program, every value in the unit the engine uses. */
import type { SignalName } from "./signal.ts";

export type Autorestart = "always" | "never" | "unexpected";

/** Where a stream of a child goes. */
export type OutputTarget =
  /** Appended to. Absolute; may contain {program}, {process} and {num}. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "discard" }
  /** The supervisor's own stream. */
  | { readonly kind: "inherit" }
  /** Only for stderr: into whatever stdout goes to. */
  | { readonly kind: "stdout" };

/** When a log becomes `x.log.1` and a new one is begun. */
export interface Rotation {
  /** 0 = never. */
  readonly maxBytes: number;
  /** How many old files are kept; 0 = the log is started over in place. */
  readonly backups: number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Program {
  readonly name: string;
  /** What to run, argument by argument; never passed through a shell's parsing. */
  readonly command: readonly string[];
  readonly numprocs: number;
  readonly autostart: boolean;
  readonly autorestart: Autorestart;
  readonly exitcodes: readonly number[];
  /** Failed starts allowed after the first, before FATAL. */
  readonly startretries: number;
  /** How long a child must live to be RUNNING; 0 = at once. */
  readonly starttimeMs: number;
  readonly stopsignal: SignalName;
  /** Time between the stop signal and SIGKILL. */
  readonly stoptimeMs: number;
  readonly stopasgroup: boolean;
  readonly killasgroup: boolean;
  readonly stdout: OutputTarget;
  readonly stderr: OutputTarget;
  readonly stdoutRotation: Rotation;
  readonly stderrRotation: Rotation;
  /** `taskmaster.env` and the program's own, merged; null removes an inherited variable. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Absolute. */
  readonly workingdir: string;
  /** null = the supervisor's. */
  readonly umask: number | null;
  /** "name" or "name:group"; null = the supervisor's user. */
  readonly user: string | null;
  readonly priority: number;
  /** On a pseudo-terminal of its own; then there is no stream but standard output. */
  readonly tty: boolean;
  /** When it has ended for good, everything is stopped, and taskmaster ends. */
  readonly essential: boolean;
  /** What it writes is shown on our own standard output as well, line by line. */
  readonly copyOutput: boolean;
  readonly fatalStateReportAddress: Address | null;
}
