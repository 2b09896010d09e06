/**
 * What a scenario is: programs in words of neither supervisor, what is done to them, and what is
 * seen. The tables are in `scenarios/`.
 */

export interface Program {
  /** Words for actor.pl. Without any it lives until a signal ends it. */
  readonly does?: string;
  /** In place of the actor; words with spaces between them. */
  readonly command?: string;
  // What is left out is left out of both configurations: defaults are compared, too.
  readonly autostart?: boolean;
  readonly autorestart?: "always" | "never" | "unexpected";
  readonly exitcodes?: readonly number[];
  readonly startsecs?: number;
  readonly startretries?: number;
  readonly stopsignal?: string;
  readonly stopwaitsecs?: number;
  readonly stopasgroup?: boolean;
  readonly killasgroup?: boolean;
  readonly numprocs?: number;
  readonly priority?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly umask?: string;
  readonly directory?: string;
  /** Name of a file. */
  readonly stdout?: string;
  readonly stdoutMaxbytes?: number;
  readonly stdoutBackups?: number;
  readonly redirectStderr?: boolean;
}

export type Programs = Readonly<Record<string, Program>>;

export type State =
  | "STOPPED"
  | "STARTING"
  | "RUNNING"
  | "BACKOFF"
  | "STOPPING"
  | "EXITED(expected)"
  | "EXITED(unexpected)"
  | "FATAL";

/** `beginStop` does not wait for the end of the stop. */
export type Told = "start" | "stop" | "beginStop" | "restart" | "signal";

export type Step =
  /** Waits until the process has come into the state for the n-th time. */
  | {
    readonly kind: "until";
    readonly process: string;
    readonly state: State;
    readonly times: number;
  }
  /** Waits until the process is neither on its way up nor on its way down. */
  | { readonly kind: "settled"; readonly process: string }
  /** Waits until a child of the process has ended. */
  | { readonly kind: "ended"; readonly process: string }
  /** Waits until somebody has noted the text for the n-th time: "web up". */
  | { readonly kind: "noted"; readonly text: string; readonly times: number }
  /** A command line of the client; its exit code is seen. */
  | { readonly kind: "ask"; readonly verb: string; readonly args: readonly string[] }
  /** The same through the API, for when the answer is of no interest. */
  | { readonly kind: "tell"; readonly verb: Told; readonly args: readonly string[] }
  /** A client that is killed when the process has come into the state. */
  | { readonly kind: "leave"; readonly verb: string; readonly process: string; readonly at: State }
  /** A signal from somebody else to the last who noted the text. */
  | { readonly kind: "strike"; readonly text: string; readonly signal: Deno.Signal }
  /** Whether the last who noted the text is alive now is seen. */
  | { readonly kind: "look"; readonly text: string }
  /** Waits until he is gone: who has had a signal may live for a moment yet. */
  | { readonly kind: "gone"; readonly text: string }
  /** The state that the process has come into last is seen. */
  | { readonly kind: "state"; readonly process: string }
  /** Other programs: reread and update there, reload here. At most once in a scenario. */
  | { readonly kind: "reload"; readonly programs: Programs }
  /** A reload of a file with a mistake. */
  | { readonly kind: "mistake" }
  /** SIGHUP to the supervisor. */
  | { readonly kind: "hangUp" }
  /** SIGTERM to the supervisor; its exit code is seen. */
  | { readonly kind: "shutdown" };

export const until = (process: string, state: State, times = 1): Step => {
  return { kind: "until", process, state, times };
};
export const settled = (process: string): Step => ({ kind: "settled", process });
export const ended = (process: string): Step => ({ kind: "ended", process });
export const noted = (text: string, times = 1): Step => ({ kind: "noted", text, times });
export const ask = (verb: string, ...args: string[]): Step => ({ kind: "ask", verb, args });
export const tell = (verb: Told, ...args: string[]): Step => ({ kind: "tell", verb, args });
export const leave = (verb: string, process: string, at: State): Step => {
  return { kind: "leave", verb, process, at };
};
export const strike = (text: string, signal: Deno.Signal): Step => ({
  kind: "strike",
  text,
  signal,
});
export const look = (text: string): Step => ({ kind: "look", text });
export const gone = (text: string): Step => ({ kind: "gone", text });
export const state = (process: string): Step => ({ kind: "state", process });
export const reload = (programs: Programs): Step => ({ kind: "reload", programs });
export const mistake: Step = { kind: "mistake" };
export const hangUp: Step = { kind: "hangUp" };
export const shutdown: Step = { kind: "shutdown" };

/**
 * Lines of what is seen, as `observe.ts` writes them. One list: both supervisors show it. Otherwise
 * each shows its own, and docs/supervisord.md has a row that begins with `row`.
 */
export type Seen = readonly string[] | {
  readonly row: string;
  readonly supervisord: readonly string[];
  readonly taskmaster: readonly string[];
};

export interface Scenario {
  readonly name: string;
  readonly programs: Programs;
  readonly steps: readonly Step[];
  readonly seen: Seen;
  /** It has supervisors of its own, because it is about all their programs. */
  readonly alone?: true;
  /** Of these states the order over all processes is seen. */
  readonly order?: readonly State[];
  /** Of each process only so many of its last states are seen: how many come before is chance. */
  readonly lastStates?: number;
  /** By the name of a process: seconds that are to lie between its starts, at least. */
  readonly waits?: Readonly<Record<string, readonly number[]>>;
  /** Files whose content is seen; "web.log*" is a log with what was rotated, the oldest first. */
  readonly files?: readonly string[];
}
