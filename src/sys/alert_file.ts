/**
 * What alerts have still to tell, on disk: one file of JSON, replaced as a whole. Written without
 * making anybody wait, and once for all the changes that come while a write is under way.
 */
import { constants, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import type { StoredAlert } from "../core/alert/stored_alert.ts";
import type { AlertStore } from "../ports/alerts.ts";
import { errorCode } from "./find_command.ts";

const VERSION = 1;

interface Content {
  readonly version: number;
  readonly alerts: Readonly<Record<string, StoredAlert>>;
}

export interface AlertFileOptions {
  readonly path: string;
  /** It cannot be read or written (a sentence), or can be again (null). */
  readonly onProblem: (problem: string | null) => void;
}

export class AlertFile implements AlertStore {
  readonly #options: AlertFileOptions;
  #collect: (() => Content["alerts"]) | null = null;
  #writing: Promise<void> | null = null;
  #isTroubled = false;

  constructor(options: AlertFileOptions) {
    this.#options = options;
  }

  load(): ReadonlyMap<string, StoredAlert> {
    const { path, onProblem } = this.#options;
    try {
      const { version, alerts } = JSON.parse(readFileSync(path, "utf8")) as Content;
      if (version === VERSION) return new Map(Object.entries(alerts));
      onProblem(
        `alerts that were not sent are lost: ${JSON.stringify(path)} is of another version`,
      );
    } catch (error) {
      if (errorCode(error) !== "ENOENT") {
        onProblem(`alerts that were not sent are lost: ${describe(error)}`);
      }
    }
    return new Map();
  }

  save(collect: () => Content["alerts"]): void {
    this.#collect = collect;
    this.#writing ??= this.#write().finally(() => this.#writing = null);
  }

  async flushed(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #write(): Promise<void> {
    // All that happens in this turn of the event loop is one change.
    await Promise.resolve();
    for (let collect = this.#collect; collect !== null; collect = this.#collect) {
      this.#collect = null;
      try {
        await replace(this.#options.path, { version: VERSION, alerts: collect() });
        this.#tell(null);
      } catch (error) {
        this.#tell(`what alerts have to tell cannot be kept on disk: ${describe(error)}`);
      }
    }
  }

  #tell(problem: string | null): void {
    const isNews = this.#isTroubled !== (problem !== null);
    this.#isTroubled = problem !== null;
    if (isNews) this.#options.onProblem(problem);
  }
}

async function replace(path: string, content: Content): Promise<void> {
  const temporary = `${path}.new`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(temporary, flags, 0o600);
  try {
    await file.writeFile(JSON.stringify(content));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
