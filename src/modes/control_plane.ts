/** All the doors that clients come in by. */
import type { Configuration, DaemonSettings } from "../core/configuration.ts";
import type { Actor } from "../core/record.ts";
import type { Accounts } from "../control/credentials.ts";
import type { Controller } from "../ports/controller.ts";
import type { Journal } from "../supervisor/journal.ts";
import { ControlSocket, type ControlSocketOptions } from "./control_socket.ts";
import type { PageFiles } from "../control/page_files.ts";
import { ControlTcp } from "./control_tcp.ts";
import { SessionFile } from "../sys/files/session_file.ts";
import type { TokenSecrets } from "../sys/privileges/token_secrets.ts";

/** What clients get to take the answer to a request that ends us. */
const LAST_ANSWERS_MS = 1000;

export interface ControlPlaneOptions {
  readonly settings: DaemonSettings;
  readonly tokenSecrets: TokenSecrets;
  /** null when it was not built. */
  readonly page: PageFiles | null;
  readonly journal: Journal;
  controllerFor(actor: Actor): Controller;
  onBug(cause: unknown): void;
}

export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #socket: ControlSocket;
  readonly #tcp: ControlTcp | null;
  /** What holds on TCP, to tell whether a reload has changed it. */
  #rights = "";

  constructor(options: ControlPlaneOptions) {
    const { settings: { socket, socketMode, http }, page } = options;
    this.#options = options;
    if (http !== null) this.#rights = rightsOf(http, this.#accountsOf(http));
    this.#socket = new ControlSocket({
      ...this.#context("socket"),
      path: socket,
      mode: socketMode,
    });
    this.#tcp = http === null ? null : new ControlTcp({
      ...this.#context("http"),
      http,
      page,
      accounts: this.#accountsOf(http),
      sessions: this.#sessionFile(),
    });
  }

  /** Rejects with an error of one line. */
  async open(): Promise<void> {
    await this.#socket.open();
    if (this.#tcp === null) return;
    const address = await this.#tcp.open();
    const message = `the control interface is served on http://${address}`;
    this.#options.journal.append({ kind: "note", message }, undefined, "info");
  }

  /** Takes over what a reload may change. */
  configure({ daemon: { http } }: Configuration): void {
    if (http === null) return;
    const accounts = this.#accountsOf(http);
    const rights = rightsOf(http, accounts);
    if (rights === this.#rights) return;
    this.#rights = rights;
    this.#tcp?.configure(http, accounts);
  }

  async close(): Promise<void> {
    await Promise.all([
      this.#socket.close(LAST_ANSWERS_MS),
      this.#tcp?.close(LAST_ANSWERS_MS),
    ]);
  }

  #accountsOf({ users, tokens }: NonNullable<DaemonSettings["http"]>): Accounts {
    return { users, tokens: this.#options.tokenSecrets.of(tokens) };
  }

  #sessionFile(): SessionFile {
    const { settings: { stateDir }, journal } = this.#options;
    return new SessionFile({
      path: `${stateDir}/sessions`,
      onProblem: (problem) => {
        const message = problem ?? "who is signed in is kept on disk again";
        journal.append({ kind: "note", message });
      },
    });
  }

  #context(
    via: "socket" | "http",
  ): Pick<ControlSocketOptions, "controllerFor" | "onRequest" | "onError" | "onNote"> {
    const { journal, controllerFor, onBug } = this.#options;
    return {
      controllerFor,
      onRequest: ({ actor, ...request }) =>
        journal.append({ kind: "request", ...request, by: actor ?? { via } }),
      onError: onBug,
      onNote: (message) => journal.append({ kind: "note", message }),
    };
  }
}

function rightsOf(http: NonNullable<DaemonSettings["http"]>, { tokens }: Accounts): string {
  return JSON.stringify([http, [...tokens]]);
}
