import assert from "node:assert/strict";
import { type Follow, whenQuiet } from "../../src/modes/when_quiet.ts";

function events(): { follow: Follow; happen: () => void; listeners: Set<() => void> } {
  const listeners = new Set<() => void>();
  const follow: Follow = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { follow, happen: () => listeners.forEach((listener) => listener()), listeners };
}

Deno.test("whenQuiet() calls once, so long after the last event, and listens no more", async () => {
  const { follow, happen, listeners } = events();
  const { promise, resolve } = Promise.withResolvers<number>();
  let calls = 0;
  whenQuiet(follow, 50, () => {
    calls++;
    resolve(performance.now());
  });
  happen();
  const last = await new Promise<number>((told) =>
    setTimeout(() => {
      happen();
      told(performance.now());
    }, 25)
  );
  assert.ok(await promise - last >= 49);
  assert.equal(listeners.size, 0);
  happen();
  assert.equal(calls, 1);
});

Deno.test("whenQuiet() leaves nothing behind when it is prevented", () => {
  const { follow, listeners } = events();
  whenQuiet(follow, 1, () => assert.fail("it was prevented"))();
  assert.equal(listeners.size, 0); // and no timer: the sanitizer would tell
});
