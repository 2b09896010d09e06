/** This program's own output streams, for verbs that print and end. */
import type { Output } from "../commands/command.ts";

export function standardOutput(): Output {
  const write = (text: string) => writeAll(Deno.stdout, text);
  return {
    write,
    writeLive: write,
    writeError: (text) => writeAll(Deno.stderr, text),
    colour: wantsColour(Deno.stdout),
    width: columns(),
  };
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

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    // `taskmaster schema | head -1`: nobody wants the rest.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
