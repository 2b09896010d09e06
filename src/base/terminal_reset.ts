/**
 * What brings a terminal back to the ordinary after a program that may have ended in the middle of
 * anything, without moving the cursor: main screen, no scrolling region, no modes, no colours.
 */
export const TERMINAL_RESET: string = [
  // Leaving the other screen restores the cursor that was saved last: this one, if there is none.
  "\x1b7\x1b[?1049l",
  "\x1b7\x1b[r\x1b8",
  // Mouse, focus, bracketed paste; application cursor keys and keypad; the keyboard protocols.
  "\x1b[?9;1000;1002;1003;1004;1005;1006;1015;2004l\x1b[?1l\x1b>\x1b[<u\x1b[>4m",
  // Soft reset, and what not every terminal takes to belong to it.
  "\x1b[!p\x1b[?7h\x1b[?25h\x1b(B\x0f\x1b[0m",
].join("");
