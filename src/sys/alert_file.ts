/**
 * What alerts have still to tell, on disk: one file of JSON, replaced as a whole. Written without
 * making anybody wait, and once for all the changes that come while a write is under way.
 */
import { constants } from "node:fs";
import { open, rename } from "node:fs/promises";
import { isObject } from "../base/shape.ts";
import type { StoredAlert } from "../core/alert/stored_alert.ts";
import { storedAlertShape } from "../core/alert/stored_shape.ts";
import type { AlertStore } from "../ports/alerts.ts";
import { errorCode } from "./find_command.ts";
import { readRegularFile } from "./read_regular_file.ts";

const VERSION = 1;
/** Far more than any number of alerts may keep. */
const LARGEST_BYTES = 64 * 2 ** 20;

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
    const { path } = this.#options;
    try {
      return this.#checked(JSON.parse(readRegularFile(path, LARGEST_BYTES)));
    } catch (error) {
      if (errorCode(error) !== "ENOENT") this.#tellLost(describe(error));
    }
    return new Map();
  }

  /** What is whole of it; what is not is told. */
  #checked(content: unknown): ReadonlyMap<string, StoredAlert> {
    const file = JSON.stringify(this.#options.path);
    const { version, alerts } = isObject(content) ? content : {};
    if (version !== VERSION || !isObject(alerts)) {
      this.#tellLost(`${file} is of another version, or damaged`);
      return new Map();
    }
    const whole = new Map<string, StoredAlert>();
    for (const [name, alert] of Object.entries(alerts)) {
      if (storedAlertShape(alert)) whole.set(name, alert);
      else this.#tellLost(`${JSON.stringify(name)} in ${file} is damaged`);
    }
    return whole;
  }

  #tellLost(reason: string): void {
    this.#options.onProblem(`alerts that were not sent are lost: ${reason}`);
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
