import assert from "node:assert/strict";
import { describeDetachKeys, DetachDetector, parseDetachKeys } from "../../src/base/detach_keys.ts";

function parsed(text: string): string {
  const keys = parseDetachKeys(text);
  return keys.ok ? describeDetachKeys(keys.value) : keys.error;
}

/** What gets through, and a bar where it detaches. */
function passed(chunks: readonly string[], keys = "ctrl-],d"): string {
  const wanted = parseDetachKeys(keys);
  assert.ok(wanted.ok);
  const detector = new DetachDetector(wanted.value);
  let text = "";
  for (const chunk of chunks) {
    const found = detector.feed(Uint8Array.from(chunk, (letter) => letter.charCodeAt(0)));
    text += String.fromCharCode(...found.keys);
    if (found.isDetached) return `${text}|`;
  }
  return text;
}

Deno.test.each<[string, string]>([
  ["ctrl-],d", "Ctrl-] d"],
  ["ctrl-p,ctrl-q", "Ctrl-P Ctrl-Q"],
  ["C-a,^\\", "Ctrl-A Ctrl-\\"],
  ["~,.", "~ ."],
  ["", '"" in "" is no key; write for example "ctrl-],d"'],
  ["ctrl-]d", '"ctrl-]d" in "ctrl-]d" is no key; write for example "ctrl-],d"'],
  ["ctrl-1", '"ctrl-1" in "ctrl-1" is no key; write for example "ctrl-],d"'],
  ["a,,b", '"" in "a,,b" is no key; write for example "ctrl-],d"'],
])("parseDetachKeys() reads %j as %j", (text, expected) => {
  assert.equal(parsed(text), expected);
});

Deno.test.each<[string, readonly string[], string]>([
  ["keys as they are", ["abc\x03\x1a\x1b[A\xff"], "abc\x03\x1a\x1b[A\xff"],
  ["nothing behind the detach keys", ["ab\x1ddcd"], "ab|"],
  ["detach keys that come one by one", ["a\x1d", "d"], "a|"],
  ["a first key that comes to nothing", ["\x1d", "x"], "\x1dx"],
  ["the first key twice", ["\x1d\x1d", "d"], "\x1d|"],
  ["the second key alone", ["d"], "d"],
  ["Escape at once", ["\x1b"], "\x1b"],
  ["the keyboard protocol of kitty", ["\x1b[93;5u", "d"], "|"],
  ["its keys that are let go", ["\x1b[93;5:1u\x1b[93;5:3u\x1b[100;1:1u"], "\x1b[93;5:3u|"],
  ["the keyboard protocol of xterm", ["\x1b[27;5;93~d"], "|"],
  ["other keys of these protocols", ["\x1b[97;5u\x1b[5~"], "\x1b[97;5u\x1b[5~"],
])("DetachDetector passes %s", (_name, chunks, expected) => {
  assert.equal(passed(chunks), expected);
});

Deno.test("DetachDetector takes any number of keys", () => {
  assert.equal(passed(["~"], "~"), "|");
  assert.equal(passed(["ab", "abc"], "a,b,c"), "ab|");
});
