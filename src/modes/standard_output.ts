/** This program's own output streams, for verbs that print and end. */
import { visibleLines } from "../base/visible.ts";
import type { Output } from "../commands/command.ts";

export function standardOutput(): Output {
  const write = (text: string) => writeAll(Deno.stdout, text);
  const colour = wantsColour(Deno.stdout);
  return {
    write,
    writeLive: write,
    // Complaints repeat what was asked for, which may be anybody's words.
    writeError: (text) => writeAll(Deno.stderr, visibleLines(text, { colour })),
    colour,
    width: columns(),
    ...(Deno.stdout.isTerminal() && canMove() && { redraw: redrawer() }),
    ...(Deno.stderr.isTerminal() && canMove() && { progress }),
  };
}

function canMove(): boolean {
  const term = Deno.env.get("TERM") || "dumb";
  return term !== "dumb" && columns() !== Infinity;
}

/** Over what it has drawn before, and no more than fits: lines are cut, not wrapped. */
function redrawer(): (text: string) => void {
  let drawn = 0;
  return (text) => {
    const lines = text.split("\n").slice(0, -1);
    const most = Math.max(1, Deno.consoleSize().rows - 1);
    const shown = lines.length <= most
      ? lines
      : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`];
    const up = drawn === 0 ? "" : `\x1b[${drawn}A`;
    writeAll(Deno.stdout, `${up}\r\x1b[?7l${shown.join("\x1b[K\n")}\x1b[K\n\x1b[J\x1b[?7h`);
    drawn = Math.max(1, shown.length);
  };
}

function progress(line: string | null): void {
  const cut = line === null ? "" : line.slice(0, Math.max(0, columns() - 1));
  writeAll(Deno.stderr, `\r\x1b[K${cut}`);
}

/** As https://no-color.org has it, and never into files. */
export function wantsColour(stream: { isTerminal(): boolean }): boolean {
  const term = Deno.env.get("TERM") || "dumb";
  return stream.isTerminal() && !Deno.env.get("NO_COLOR") && term !== "dumb";
}

function columns(): number {
  try {
    return Deno.consoleSize().columns || Infinity;
  } catch {
    return Infinity;
  }
}

/** What was to be told cannot be: the disk behind the output is full, say. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    // `taskmaster schema | head -1`: nobody wants the rest.
    if (error instanceof Deno.errors.BrokenPipe) return;
    throw new OutputError(error instanceof Error ? error.message : String(error));
  }
}
