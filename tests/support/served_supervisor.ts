/** A supervisor under fake ports behind a real control socket, in a directory of its own. */
import assert from "node:assert/strict";
import { ControlSocket } from "../../src/modes/control_socket.ts";
import { watchingStopped } from "../../src/sys/epoll.ts";
import type { FakeSupervisor } from "./fake_supervisor.ts";

/**
 * With the usual umask this changes nothing: the umask belongs to the process, in which other tests
 * run on other threads.
 */
const WHAT_IS_USUAL = 0o755;

export interface Served extends AsyncDisposable {
  readonly path: string;
  /** Of the server, so far. */
  readonly bugs: readonly unknown[];
}

/** A bug of the server, which clients see only as "internal error", fails the test at its end. */
export async function serve(supervisor: FakeSupervisor): Promise<Served> {
  const directory = await Deno.makeTempDir({ prefix: "taskmaster_test_" });
  const bugs: unknown[] = [];
  const socket = new ControlSocket({
    path: `${directory}/control.sock`,
    mode: WHAT_IS_USUAL,
    controllerFor: (actor) => supervisor.controllerFor(actor),
    onRequest: ({ actor, ...request }) =>
      supervisor.journal.append({ kind: "request", ...request, by: actor ?? { via: "socket" } }),
    onError: (error) => bugs.push(error),
    onNote: (message) => supervisor.note(message),
  });
  await socket.open();
  return {
    path: `${directory}/control.sock`,
    bugs,
    async [Symbol.asyncDispose]() {
      await socket.close(1000);
      await watchingStopped();
      await Deno.remove(directory, { recursive: true });
      assert.deepEqual(bugs, []);
    },
  };
}
