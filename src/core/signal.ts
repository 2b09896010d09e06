/** Names and numbers of Linux signals (signal(7); x86-64 and arm64 share these numbers). */

const NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

/** A signal's name without "SIG": "TERM". */
export type SignalName = keyof typeof NUMBERS;

export const SIGNAL_NAMES = Object.keys(NUMBERS) as readonly SignalName[];

export function signalNumber(name: SignalName): number {
  return NUMBERS[name];
}

/** Reads "TERM", "SIGTERM", "sigterm" or "15"; undefined when there is no such signal. */
export function parseSignal(text: string): SignalName | undefined {
  const upper = text.trim().toUpperCase();
  const bare = upper.startsWith("SIG") ? upper.slice(3) : upper;
  if (Object.hasOwn(NUMBERS, bare)) return bare as SignalName;
  if (!/^\d+$/.test(upper)) return undefined;
  return SIGNAL_NAMES.find((name) => NUMBERS[name] === Number(upper));
}
