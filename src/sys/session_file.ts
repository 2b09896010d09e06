/** Who is signed in, on disk. */
import type { SessionStore, StoredSession } from "../ports/session_store.ts";
import { KeptFile, type KeptFileOptions } from "./kept_file.ts";

interface Content {
  readonly sessions: readonly StoredSession[];
}

export class SessionFile implements SessionStore {
  readonly #file: KeptFile<Content>;

  constructor(options: Pick<KeptFileOptions<Content>, "path" | "onProblem">) {
    this.#file = new KeptFile({
      ...options,
      version: 1,
      parse: (content) => {
        const { sessions } = content as Content;
        if (!sessions.every(isSession)) throw new Error("it has something else than sessions");
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

function isSession(value: Partial<Record<keyof StoredSession, unknown>> | null): boolean {
  const { key, kind, name, proof, endsAt } = value ?? {};
  return [key, kind, name, proof, endsAt].every((part) => typeof part === "string");
}
