import assert from "node:assert/strict";
import { AlternateScreen } from "../../src/base/alternate_screen.ts";

Deno.test.each(
  [
    ["nothing", "plain text é", false],
    ["on", "a\x1b[?1049hb", true],
    ["on, among other modes", "\x1b[?25;1049h", true],
    ["on, as of old", "\x1b[?47h", true],
    ["on and off", "\x1b[?1049h\x1b[?1049l", false],
    ["off and on, off by another name", "\x1b[?1049l\x1b[?1049h\x1b[?1047l\x1b[?1047h", true],
    ["a full reset", "\x1b[?1049h\x1bc", false],
    ["another mode", "\x1b[?104h\x1b[?10490h\x1b[1049h", false],
  ] as const,
)("the other screen: %s", (_name, text, isShown) => {
  const bytes = new TextEncoder().encode(text);
  const whole = new AlternateScreen();
  whole.feed(bytes);
  assert.equal(whole.isShown, isShown);
  const inPieces = new AlternateScreen();
  for (const byte of bytes) inPieces.feed(Uint8Array.of(byte));
  assert.equal(inPieces.isShown, isShown);
});
