/**
 * The executable without Deno's runtime for compiled programs: the `deno` binary itself, the program
 * behind it, and code in front of its beginning that makes it run the program. Nothing is unpacked,
 * so that whoever may run the file can, wherever it lies and whatever may be written.
 */
import { bundleBoot, bundleProgram } from "./bundle.ts";
import { Elf } from "./elf.ts";
import { entryCode } from "./entry_code.ts";

/** `deno eval` looks for no newer Deno, and takes every word after the code for the program's. */
const OPTIONS = [
  "eval",
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--cached-only",
  "--ext=js",
];

/**
 * With a directory that cannot be, Deno keeps its caches in memory and adds none of its own
 * directories to PATH. It would say so on a terminal. Nothing can be made in /proc, also where
 * something is missing that is there as a rule.
 */
const VARIABLES = { DENO_DIR: "/proc/no-cache", DENO_LOG: "error,deno::cache=off" };

/** Throws an error that says why not. */
export async function putIntoDeno(
  deno: Uint8Array<ArrayBuffer>,
  v8Flags: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const elf = new Elf(deno);
  const { bytes, main, parts } = await bundleProgram();
  const variables = Object.keys(VARIABLES);
  const archive = JSON.stringify({ start: deno.length, main, parts, variables });
  const boot = `const ARCHIVE = ${archive};\n${await bundleBoot()}`;
  const place = elf.placeAfter(bytes.length);
  const code = entryCode(elf.machine, {
    at: place.address,
    entry: elf.entry,
    setenv: elf.slotOf("setenv"),
    variables: VARIABLES,
    words: [...OPTIONS, `--v8-flags=${v8Flags}`, boot],
  });
  return elf.extended(bytes, code, place);
}
