/** Every line that a program wrote is in its log exactly once, in order. */
import { readFileSync } from "node:fs";
import { logFiles } from "../support/log_files.ts";
import type { Kind } from "./programs.ts";

export interface LogOfProcesses {
  readonly path: string;
  /** Files with how far the processes got that write to it. */
  readonly counts: readonly string[];
}

export interface LineCount {
  readonly lines: number;
  readonly lives: number;
  /** Lives whose last line was cut off by their death. */
  readonly cut: number;
  readonly complaints: readonly string[];
}

/** One life of a program in the log. */
interface Life {
  last: number;
  /** Text of a line that is not whole: the last there may be. */
  cut: string | null;
}

const LINE = /<([0-9a-f]{8}-[0-9a-f]{4}) (\d+) x*>\r?\n/y;
const CUT_LINE = /<(?:[0-9a-f-]{0,13}|([0-9a-f]{8}-[0-9a-f]{4}) (\d*)(?: x*>?\r?)?)$/;

/** Kinds whose lines are not counted here: none, not numbered, thrown away by rotation, or lost. */
const UNCOUNTED = ["torrent", "mute", "nowhere", "small"];

/** The logs that have to be complete. */
export function logsOf(
  kinds: readonly Kind[],
  directory: string,
  counts: string,
): LogOfProcesses[] {
  return kinds.filter(({ name }) => !UNCOUNTED.includes(name)).flatMap(({ name, numprocs }) => {
    const numbers = Array.from({ length: numprocs }, (_, num) => num);
    const countOf = (num: number) => `${counts}/${name}:${num}`;
    if (name === "shared") {
      return [{ path: `${directory}/out/shared.log`, counts: numbers.map(countOf) }];
    }
    return numbers.map((num) => ({
      path: `${directory}/log/${name}-${num}.stdout.log`,
      counts: [countOf(num)],
    }));
  });
}

/** `outlived`: lives that have gone on after an orderly end, when nobody read what they wrote. */
export function checkLines(
  { path, counts }: LogOfProcesses,
  outlived: ReadonlySet<string> = new Set(),
): LineCount {
  const written = new Map(counts.flatMap((file) => [...furthest(file)]));
  const reader = new LineReader(path);
  // One file at a time: the text of a long run does not fit into memory.
  let rest = "";
  for (const file of logFiles(path)) rest = reader.read(rest + readFileSync(file, "latin1"));
  reader.end(rest);
  const { lives, complaints } = reader;
  for (const [life, count] of written) {
    const logged = lives.get(life)?.last ?? 0;
    // It may have been killed before it could say that it has written one more.
    if (logged < count && !outlived.has(life)) {
      complaints.push(`${path}: ${life} wrote ${count} lines, ${logged} are there`);
    }
  }
  const all = [...lives.values()];
  return {
    lines: all.reduce((sum, { last }) => sum + last, 0),
    lives: new Set([...lives.keys(), ...written.keys()]).size,
    cut: all.filter(({ cut }) => cut !== null).length,
    complaints,
  };
}

/** LIFE → the last line that it says it has written. */
export function furthest(file: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of readIfThere(file).split("\n")) {
    const [life = "", count = ""] = line.split(" ");
    if (life !== "") found.set(life, Math.max(found.get(life) ?? 0, Number(count)));
  }
  return found;
}

/** The lives of those among the escaped programs that have one of these pids. */
export function livesOfEscaped(counts: string, pids: ReadonlySet<number>): Set<string> {
  const lines = readIfThere(`${counts}/escaped`).split("\n").map((line) => line.split(" "));
  return new Set(lines.flatMap(([pid, life]) => life && pids.has(Number(pid)) ? [life] : []));
}

class LineReader {
  readonly lives = new Map<string, Life>();
  readonly complaints: string[] = [];
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Gives the end that may go on in the next file. */
  read(text: string): string {
    let at = 0;
    while (at < text.length) {
      LINE.lastIndex = at;
      const line = LINE.exec(text);
      if (line !== null) {
        this.#take(line[1]!, Number(line[2]));
        at = LINE.lastIndex;
        continue;
      }
      const next = text.indexOf("<", at + 1);
      if (next < 0) return text.slice(at);
      this.#takeCut(text.slice(at, next));
      at = next;
    }
    return "";
  }

  end(rest: string): void {
    if (rest !== "") this.#takeCut(rest);
  }

  #take(name: string, number: number): void {
    const life = this.#life(name);
    if (number !== life.last + 1) {
      this.#complain(`${name}: line ${number} comes after ${life.last}`);
    } else if (life.cut !== null) {
      this.#complain(`${name}: line ${number} comes after a cut one, ${quote(life.cut)}`);
    }
    life.last = number;
  }

  #takeCut(text: string): void {
    const cut = CUT_LINE.exec(text);
    if (cut === null) return this.#complain(`no line, nor the begin of one: ${quote(text)}`);
    if (cut[1] !== undefined) this.#life(cut[1]).cut = text;
  }

  #life(name: string): Life {
    const found = this.lives.get(name) ?? { last: 0, cut: null };
    this.lives.set(name, found);
    return found;
  }

  #complain(text: string): void {
    this.complaints.push(`${this.#path}: ${text}`);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // It has never written.
  }
}
