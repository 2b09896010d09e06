/**
 * The state table: a file of JSON lines, of which the last one about a thing counts. A change costs
 * one write(2), so that it is in the kernel's hands before anybody is told of it; a crash of the
 * machine is no concern, since no child outlives that. The file is written anew, to a temporary name
 * that is then renamed, at every start and when most of its lines are out of date.
 */
import { closeSync, writeSync } from "node:fs";
import { isObject } from "../../base/shape.ts";
import { processId } from "../../core/name.ts";
import type { Program } from "../../core/program.ts";
import type { StoredProcess } from "../../core/stored.ts";
import { storedProcessShape, storedProgramShape } from "../../core/stored_shape.ts";
import type { StateStore, StoredTable } from "../../ports/state_store.ts";
import { errorCode } from "../process/find_command.ts";
import { readRegularFile } from "./read_regular_file.ts";
import { replaceAndKeep } from "./replace_file.ts";

const VERSION = 1;
/** What a table of an earlier version of taskmaster does not have, as it was then. */
const LATER_SETTINGS = { tty: false, essential: false, copyOutput: false };
/** Far more than ten thousand processes need; more would be read for nothing. */
const LARGEST_BYTES = 256 * 2 ** 20;
/** Lines that may be out of date before the file is written anew. */
const SLACK_LINES = 1000;

type Line =
  | { readonly version: number; readonly boot: string }
  | { readonly program: Program }
  | { readonly process: StoredProcess }
  | { readonly forget: string }
  | { readonly clean: true };

export interface StateTableOptions {
  readonly path: string;
  /** /proc/sys/kernel/random/boot_id: pids of another boot mean nothing. */
  readonly bootId: string;
  /** The table cannot be written (a sentence), or can be again (null). */
  readonly onProblem: (problem: string | null) => void;
}

export class StateTable implements StateStore {
  readonly #options: StateTableOptions;
  /** By key: the line that counts. */
  readonly #lines = new Map<string, string>();
  #fd: number | null = null;
  #written = 0;
  #problem: string | null = null;

  constructor(options: StateTableOptions) {
    this.#options = options;
  }

  /**
   * What an earlier run left, which stays in the file until it is replaced or forgotten; null when
   * there is nothing of this boot. Throws an error of one line.
   */
  load(): StoredTable | null {
    let text: string;
    try {
      text = readRegularFile(this.#options.path, LARGEST_BYTES);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `the state table ${JSON.stringify(this.#options.path)} cannot be read: ${reason}; ` +
          "remove it only if none of its programs is running",
      );
    }
    const lines = text.split("\n").map(parseLine);
    const table = tableOf(lines, this.#options.bootId);
    if (isDamaged(lines)) this.#options.onProblem("the state table was damaged; parts are missing");
    for (const program of table?.programs.values() ?? []) this.#keepProgram(program);
    for (const process of table?.processes ?? []) {
      this.#lines.set(keyOf(process), JSON.stringify({ process } satisfies Line));
    }
    return table;
  }

  saveProcess(process: StoredProcess): void {
    this.#put(keyOf(process), { process });
  }

  forgetProcess(program: string, num: number): void {
    const id = processId(program, num);
    this.#lines.delete(id);
    this.#append(JSON.stringify({ forget: id } satisfies Line));
  }

  savePrograms(programs: Iterable<Program>): void {
    for (const key of this.#lines.keys()) if (key.startsWith("program ")) this.#lines.delete(key);
    for (const program of programs) this.#keepProgram(program);
    this.#rewrite();
  }

  markClean(): void {
    this.#put("clean", { clean: true });
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #keepProgram(program: Program): void {
    this.#lines.set(`program ${program.name}`, JSON.stringify({ program } satisfies Line));
  }

  #put(key: string, line: Line): void {
    const text = JSON.stringify(line);
    if (this.#lines.get(key) === text) return;
    this.#lines.set(key, text);
    this.#append(text);
  }

  #append(text: string): void {
    const isDue = this.#written > 2 * this.#lines.size + SLACK_LINES;
    if (this.#fd === null || this.#problem !== null || isDue) return this.#rewrite();
    this.#guard(() => {
      const bytes = new TextEncoder().encode(`${text}\n`);
      const count = writeSync(this.#fd!, bytes);
      if (count < bytes.length) throw new Error(`only ${count} of ${bytes.length} bytes fitted`);
      this.#written++;
    });
  }

  #rewrite(): void {
    this.#guard(() => {
      const { path, bootId } = this.#options;
      const header = JSON.stringify({ version: VERSION, boot: bootId } satisfies Line);
      const fd = replaceAndKeep(path, [header, ...this.#lines.values(), ""].join("\n"), 0o600);
      this.close();
      this.#fd = fd;
      this.#written = this.#lines.size + 1;
    });
  }

  #guard(write: () => void): void {
    try {
      write();
      if (this.#problem !== null) this.#tell(null);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#problem === null) {
        this.#tell(`the state table cannot be written, a crash now would forget: ${reason}`);
      }
    }
  }

  #tell(problem: string | null): void {
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}

/** Only the last line may be cut off, by a crash: its change was told to nobody. */
function isDamaged(lines: readonly (Line | null)[]): boolean {
  return lines.length <= 1 || lines.slice(0, -1).includes(null);
}

function keyOf({ program, num }: StoredProcess): string {
  return processId(program, num);
}

function tableOf(lines: readonly (Line | null)[], bootId: string): StoredTable | null {
  const programs = new Map<string, Program>();
  const processes = new Map<string, StoredProcess>();
  let isClean = false;
  let isOfThisBoot = false;
  for (const line of lines) {
    if (line === null) continue;
    if ("version" in line) isOfThisBoot = line.version === VERSION && line.boot === bootId;
    else if ("program" in line) programs.set(line.program.name, line.program);
    else if ("process" in line) processes.set(keyOf(line.process), line.process);
    else if ("forget" in line) processes.delete(line.forget);
    else isClean = true;
  }
  if (!isOfThisBoot) return null;
  return { isClean, programs, processes: [...processes.values()] };
}

/** null for what nobody has written like this. */
function parseLine(text: string): Line | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(line)) return null;
  const { version, boot, program, process, forget, clean } = line;
  if (typeof version === "number" && typeof boot === "string") return { version, boot };
  if (isObject(program)) {
    const whole = { ...LATER_SETTINGS, ...program };
    return storedProgramShape(whole) ? { program: whole } : null;
  }
  if (storedProcessShape(process)) return { process };
  if (typeof forget === "string") return { forget };
  return clean === true ? { clean } : null;
}
