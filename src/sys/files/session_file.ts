/** Who is signed in, on disk. */
import { listOf, object, oneOf, text } from "../../base/shape.ts";
import type { SessionStore, StoredSession } from "../../ports/session_store.ts";
import { KeptFile, type KeptFileOptions } from "./kept_file.ts";

const sessionsShape = listOf(
  object<StoredSession>({
    key: text,
    kind: oneOf(["user", "token"]),
    name: text,
    proof: text,
    endsAt: text,
  }),
);

interface Content {
  readonly sessions: readonly StoredSession[];
}

export class SessionFile implements SessionStore {
  readonly #file: KeptFile<Content>;

  constructor(options: Pick<KeptFileOptions<Content>, "path" | "onProblem">) {
    this.#file = new KeptFile({
      ...options,
      version: 1,
      parse: ({ sessions }) => {
        if (!sessionsShape(sessions)) throw new Error("it has something else than sessions");
        return { sessions };
      },
      whatIsLost: "users of the page have to sign in again",
      whatFails: "who is signed in cannot be kept on disk",
    });
  }

  load(): readonly StoredSession[] {
    return this.#file.load()?.sessions ?? [];
  }

  save(collect: () => readonly StoredSession[]): void {
    this.#file.save(() => ({ sessions: collect() }));
  }

  flushed(): Promise<void> {
    return this.#file.flushed();
  }
}
