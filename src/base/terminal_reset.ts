/** What brings a terminal back to the ordinary, whatever a program has left it in the middle of. */

/** Ends an escape sequence that was never finished and would swallow all that follows. */
const CANCEL = "\x18\x1b\\";

/**
 * Main screen, no scrolling region, no modes, no colours. The cursor stays where it is, and so does
 * origin mode where there is no soft reset, which means nothing until there is a region again.
 */
export function terminalReset({ isAlternate }: { readonly isAlternate: boolean }): string {
  return CANCEL + (isAlternate ? LEAVE_ALTERNATE : "") + RESET_MODES;
}

// Leaving the other screen restores the cursor that was saved last: this one, if there is none. But
// tmux takes the one of the last time that screen was used, even if it is not in use now.
const LEAVE_ALTERNATE = "\x1b7\x1b[?1049l";

const RESET_MODES = [
  "\x1b7\x1b[r\x1b8",
  // Mouse, focus, bracketed paste; application cursor keys and keypad; the keyboard protocols.
  "\x1b[?9;1000;1002;1003;1004;1005;1006;1015;2004l\x1b[?1l\x1b>\x1b[<u\x1b[>4m",
  // Insertion, line ends that return the carriage, the screen in reverse.
  "\x1b[4;20l\x1b[?5l",
  // Soft reset, and what not every terminal takes to belong to it.
  "\x1b[!p\x1b[?7h\x1b[?25h\x1b(B\x0f\x1b[0m",
].join("");

/** The same for a terminal of which nothing is known, with the cursor at the top left. */
export const TERMINAL_RESET: string = `${terminalReset({ isAlternate: true })}\x1b[?6l\x1b[H`;
