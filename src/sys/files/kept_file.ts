/**
 * What has to outlive us and can be lost in a pinch: one file of JSON, replaced as a whole. Written
 * without making anybody wait, and once for all the changes that come while a write is under way.
 */
import { constants } from "node:fs";
import { open, rename } from "node:fs/promises";
import { isObject } from "../../base/shape.ts";
import { errorCode } from "../process/find_command.ts";
import { readRegularFile } from "./read_regular_file.ts";

/** Far more than there is to keep; more would be read for nothing. */
const LARGEST_BYTES = 64 * 2 ** 20;

export interface KeptFileOptions<Content> {
  readonly path: string;
  /** A file of another version is not read. */
  readonly version: number;
  /** Throws when it is none. */
  readonly parse: (content: Readonly<Record<string, unknown>>) => Content;
  /** "alerts that were not sent are lost" */
  readonly whatIsLost: string;
  /** "what alerts have to tell cannot be kept on disk" */
  readonly whatFails: string;
  /** It cannot be read or written (a sentence), or can be again (null). */
  readonly onProblem: (problem: string | null) => void;
}

export class KeptFile<Content extends object> {
  readonly #options: KeptFileOptions<Content>;
  #collect: (() => Content) | null = null;
  #writing: Promise<void> | null = null;
  #isTroubled = false;

  constructor(options: KeptFileOptions<Content>) {
    this.#options = options;
  }

  /** What an earlier run left; null when there is nothing that can be read. */
  load(): Content | null {
    const { path, version, parse, whatIsLost, onProblem } = this.#options;
    try {
      const content: unknown = JSON.parse(readRegularFile(path, LARGEST_BYTES));
      if (isObject(content) && content.version === version) return parse(content);
      onProblem(`${whatIsLost}: ${JSON.stringify(path)} is of another version, or damaged`);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") onProblem(`${whatIsLost}: ${describe(error)}`);
    }
    return null;
  }

  /** Soon; `collect` is called when it is written. */
  save(collect: () => Content): void {
    this.#collect = collect;
    this.#writing ??= this.#write().finally(() => this.#writing = null);
  }

  /** Resolves when what was saved so far is on disk, or could not be written. */
  async flushed(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #write(): Promise<void> {
    const { path, version, whatFails } = this.#options;
    // All that happens in this turn of the event loop is one change.
    await Promise.resolve();
    for (let collect = this.#collect; collect !== null; collect = this.#collect) {
      this.#collect = null;
      try {
        await replace(path, JSON.stringify({ version, ...collect() }));
        this.#tell(null);
      } catch (error) {
        this.#tell(`${whatFails}: ${describe(error)}`);
      }
    }
  }

  #tell(problem: string | null): void {
    const isNews = this.#isTroubled !== (problem !== null);
    this.#isTroubled = problem !== null;
    if (isNews) this.#options.onProblem(problem);
  }
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(temporary, flags, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
