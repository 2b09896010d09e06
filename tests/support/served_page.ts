/** A supervisor under fake ports behind a real TCP door. */
import assert from "node:assert/strict";
import { makePageFile, type PageFiles } from "../../src/control/page_files.ts";
import type { HttpSettings, Role } from "../../src/core/http_settings.ts";
import { ControlTcp } from "../../src/modes/control_tcp.ts";
import { watchingStopped } from "../../src/sys/epoll.ts";
import { FakeSessionStore } from "./fake_session_store.ts";
import type { FakeSupervisor } from "./fake_supervisor.ts";

export const TOKENS: Readonly<Record<Role, string>> = {
  "read-only": "read-only-0123456789",
  operator: "operator-0123456789",
  admin: "admin-0123456789",
};

const HTTP: HttpSettings = {
  listen: { host: "127.0.0.1", port: 0 },
  users: {},
  tokens: {},
  hosts: [],
};

export interface ServedPage extends AsyncDisposable {
  /** "http://127.0.0.1:40001" */
  readonly origin: string;
  /** Of the server, so far. */
  readonly bugs: readonly unknown[];
}

const PAGE: PageFiles = new Map([
  ["/", makePageFile("text/html; charset=utf-8", new TextEncoder().encode("<p>the page"))],
]);

/** A bug of the server fails the test at its end. */
export async function servePage(
  supervisor: FakeSupervisor,
  page: PageFiles | null = PAGE,
): Promise<ServedPage> {
  const bugs: unknown[] = [];
  const tcp = new ControlTcp({
    http: HTTP,
    page,
    sessions: new FakeSessionStore(),
    accounts: {
      users: {},
      tokens: new Map(
        Object.entries(TOKENS).map(([name, secret]) => [name, { secret, role: name as Role }]),
      ),
    },
    controllerFor: (actor) => supervisor.controllerFor(actor),
    onRequest: ({ actor, ...request }) =>
      supervisor.journal.append({ kind: "request", ...request, by: actor ?? { via: "http" } }),
    onError: (error) => bugs.push(error),
    onNote: (message) => supervisor.note(message),
  });
  const address = await tcp.open();
  return {
    origin: `http://${address}`,
    bugs,
    async [Symbol.asyncDispose]() {
      await tcp.close(1000);
      await watchingStopped();
      assert.deepEqual(bugs, []);
    },
  };
}
