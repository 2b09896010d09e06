/**
 * Terminal modes by tcsetattr(3). Not by `setRaw`: that waits until the terminal has shown
 * everything, and would stop the event loop for as long as the terminal is stopped.
 */
import type { TerminalMode } from "../../ports/terminal.ts";
import { terminalLibc } from "./terminal_libc.ts";

const TCSANOW = 0;
const SIGTTOU = 22;
const SIG_BLOCK = 0;
const SIG_SETMASK = 2;
const SIGSET_BYTES = 128;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

// struct termios of Linux: four words of flags, the line discipline, the control characters.
const TERMIOS_BYTES = 64;
const IFLAG = 0;
const OFLAG = 4;
const CFLAG = 8;
const LFLAG = 12;
const CONTROL_CHARACTERS = 17;

const VINTR = 0;
const VQUIT = 1;
const VTIME = 5;
const VMIN = 6;
const VSUSP = 10;
const VEOL = 11;
const VEOL2 = 16;
const NONE = 0;
const CTRL_C = 3;
const CTRL_Z = 26;

const IGNBRK = 0o1;
const BRKINT = 0o2;
const PARMRK = 0o10;
const INPCK = 0o20;
const ISTRIP = 0o40;
const INLCR = 0o100;
const IGNCR = 0o200;
const ICRNL = 0o400;
const IXON = 0o2000;
const OPOST = 0o1;
const ONLCR = 0o4;
const CS8 = 0o60;
const ISIG = 0o1;
const ICANON = 0o2;
const ECHO = 0o10;
const ECHONL = 0o100;
const NOFLSH = 0o200;
const IEXTEN = 0o100000;

/** The settings of a terminal, kept in the form in which libc takes them. */
export type TerminalSettings = Uint8Array<ArrayBuffer>;

/** null when `fd` is not a terminal, or it is gone. */
export function readSettings(fd: number): TerminalSettings | null {
  const settings = new Uint8Array(TERMIOS_BYTES);
  return terminalLibc().tcgetattr(fd, settings) === 0 ? settings : null;
}

/**
 * False when the terminal is gone. Works in the background, too: Ctrl-Z stops what stands in front
 * of us (sudo, a task runner) at once, and the shell may have taken the terminal back by now. With
 * SIGTTOU blocked the kernel lets that pass (tcsetattr(3), "background process group").
 */
export function applySettings(fd: number, settings: TerminalSettings): boolean {
  const libc = terminalLibc();
  const [blocked, before] = [new Uint8Array(SIGSET_BYTES), new Uint8Array(SIGSET_BYTES)];
  blocked[(SIGTTOU - 1) >> 3] = 1 << ((SIGTTOU - 1) & 7);
  libc.pthread_sigmask(SIG_BLOCK, blocked, before);
  try {
    return libc.tcsetattr(fd, TCSANOW, settings) === 0;
  } finally {
    libc.pthread_sigmask(SIG_SETMASK, before, null);
  }
}

/**
 * Undoes O_NONBLOCK, which any program that shares the terminal sets for all of them: what a write
 * had left over would be lost.
 */
export function makeBlocking(fd: number): void {
  const libc = terminalLibc();
  const flags = libc.fcntl(fd, F_GETFL, 0);
  if (flags >= 0 && (flags & O_NONBLOCK) !== 0) libc.fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

/**
 * `original` changed to what `mode` means. `isSuspendKeyKernels`: Ctrl-Z sends SIGTSTP to the job, as
 * in an ordinary terminal, instead of coming as a key.
 */
export function settingsFor(
  mode: TerminalMode,
  original: TerminalSettings,
  isSuspendKeyKernels: boolean,
): TerminalSettings {
  const settings = original.slice();
  if (mode === "cooked") return settings;
  if (mode === "through") {
    makeThrough(settings);
    return settings;
  }
  if (mode === "raw") makeRaw(settings);
  else makeLines(settings);
  // Ctrl-C is never a signal: SIGINT would end the supervisor.
  settings[CONTROL_CHARACTERS + VINTR] = NONE;
  settings[CONTROL_CHARACTERS + VQUIT] = NONE;
  if (!isSuspendKeyKernels) settings[CONTROL_CHARACTERS + VSUSP] = NONE;
  // NOFLSH, or Ctrl-Z would throw away what was typed and printed.
  changeFlags(settings, LFLAG, { set: ISIG | NOFLSH });
  return settings;
}

/** `original` without showing what is typed, not even the end of the line. */
export function withoutEcho(original: TerminalSettings): TerminalSettings {
  const settings = original.slice();
  changeFlags(settings, IFLAG, { set: ICRNL });
  changeFlags(settings, LFLAG, { set: ICANON | ISIG, clear: ECHO | ECHONL });
  return settings;
}

/** As cfmakeraw(3). */
function makeThrough(settings: TerminalSettings): void {
  const input = IGNBRK | BRKINT | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL | IXON;
  changeFlags(settings, IFLAG, { clear: input });
  changeFlags(settings, OFLAG, { clear: OPOST });
  changeFlags(settings, CFLAG, { set: CS8 });
  changeFlags(settings, LFLAG, { clear: ECHO | ECHONL | ICANON | ISIG | IEXTEN });
  settings[CONTROL_CHARACTERS + VMIN] = 1;
  settings[CONTROL_CHARACTERS + VTIME] = 0;
}

function makeRaw(settings: TerminalSettings): void {
  changeFlags(settings, IFLAG, { clear: BRKINT | INPCK | ISTRIP | ICRNL | IXON });
  // Line ends still return the carriage, so that "\n" is enough.
  changeFlags(settings, OFLAG, { set: OPOST | ONLCR });
  changeFlags(settings, CFLAG, { set: CS8 });
  changeFlags(settings, LFLAG, { clear: ECHO | ICANON | IEXTEN });
  settings[CONTROL_CHARACTERS + VMIN] = 1;
  settings[CONTROL_CHARACTERS + VTIME] = 0;
}

/** Ctrl-C and Ctrl-Z end a line. */
function makeLines(settings: TerminalSettings): void {
  changeFlags(settings, IFLAG, { set: ICRNL });
  changeFlags(settings, OFLAG, { set: OPOST | ONLCR });
  changeFlags(settings, LFLAG, { set: ECHO | ICANON | IEXTEN });
  settings[CONTROL_CHARACTERS + VEOL] = CTRL_C;
  settings[CONTROL_CHARACTERS + VEOL2] = CTRL_Z;
}

function changeFlags(
  settings: TerminalSettings,
  offset: number,
  change: { readonly set?: number; readonly clear?: number },
): void {
  const view = new DataView(settings.buffer);
  const isLittleEndian = true;
  const old = view.getUint32(offset, isLittleEndian);
  view.setUint32(offset, ((old & ~(change.clear ?? 0)) | (change.set ?? 0)) >>> 0, isLittleEndian);
}
