/** Which of those that answer in the usual places is meant; nobody else's are looked at. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { findRunning } from "../../src/modes/find_running.ts";

const NO_TARGET = { config: undefined, name: undefined, socket: undefined };

class Places {
  readonly #directory = Deno.makeTempDirSync({ prefix: "taskmaster_test_" });
  readonly #listeners: Deno.Listener[] = [];
  readonly usual = [
    { directory: join(this.#directory, "first"), socket: "control.sock" },
    { directory: join(this.#directory, "second"), socket: "run/control.sock" },
    { directory: join(this.#directory, "missing"), socket: "control.sock" },
  ];

  /** The path of the socket of one that answers. */
  open(place: 0 | 1, name: string): string {
    const path = this.leave(place, name);
    this.#listeners.push(Deno.listen({ transport: "unix", path }));
    return path;
  }

  /** The path of the socket that one had which has ended. */
  leave(place: 0 | 1, name: string): string {
    const { directory, socket } = this.usual[place]!;
    const path = join(directory, name, socket);
    Deno.mkdirSync(join(path, ".."), { recursive: true });
    return path;
  }

  [Symbol.dispose](): void {
    for (const listener of this.#listeners) listener.close();
    Deno.removeSync(this.#directory, { recursive: true });
  }
}

Deno.test("with none named there may be none: said with how to start one, code 6", async () => {
  using places = new Places();
  places.leave(0, "ended");
  const found = await findRunning(NO_TARGET, places.usual);
  assert.ok(!found.ok);
  assert.equal(found.error.exitCode, 6);
  assert.match(found.error.message, /^no taskmaster is running .*taskmaster daemon -c FILE/);
});

Deno.test("with none named the only one that answers is meant, whichever place it is in", async () => {
  using places = new Places();
  places.leave(0, "ended");
  const socket = places.open(1, "one");
  assert.deepEqual(await findRunning(NO_TARGET, places.usual), { ok: true, value: socket });
});

Deno.test("several are listed with the words that choose among them, code 2", async () => {
  using places = new Places();
  const one = places.open(0, "one");
  const two = places.open(1, "two");
  const found = await findRunning(NO_TARGET, places.usual);
  assert.ok(!found.ok);
  assert.deepEqual(found.error, {
    message: "several taskmasters are running; say which one is meant:\n" +
      `  --name one  (${one})\n  --name two  (${two})`,
    exitCode: 2,
  });
  const named = await findRunning({ ...NO_TARGET, name: "two" }, places.usual);
  assert.deepEqual(named, { ok: true, value: two });
});

Deno.test("a name that nobody has, code 6", async () => {
  using places = new Places();
  places.open(0, "one");
  const found = await findRunning({ ...NO_TARGET, name: "three" }, places.usual);
  assert.ok(!found.ok);
  assert.equal(found.error.exitCode, 6);
  assert.match(found.error.message, /^no taskmaster "three" runs/);
});
