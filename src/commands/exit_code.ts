/** Exit codes of the program. Scripts rely on them: numbers are never given a new meaning. */
export const EXIT = {
  done: 0,
  /** Some requested action failed. */
  failed: 1,
  usage: 2,
  /** `status` found something that is wanted and not running. */
  notRunning: 3,
  configRefused: 4,
  noSuchProgram: 5,
  unreachable: 6,
  notPermitted: 7,
  /** A process became FATAL, and `on_fatal: exit` says what that means. */
  becameFatal: 8,
  /** An essential program has ended in a way that was not expected. */
  essentialEnded: 9,
  /** Ended by Ctrl-C or another signal while it asked something; a shell, by a signal. */
  interrupted: 130,
  /** A bug. */
  internal: 70,
} as const;

export type ExitCode = typeof EXIT[keyof typeof EXIT];
