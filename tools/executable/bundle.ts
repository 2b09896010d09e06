/** The program and its packages as few files of JavaScript, cut where a mode is loaded. */
import { join } from "node:path";
import { joinBytes } from "../../src/base/join_bytes.ts";
import type { Part } from "./boot.ts";

export interface Bundle {
  readonly main: string;
  readonly parts: Readonly<Record<string, Part>>;
  /** The pieces of all parts. */
  readonly bytes: Uint8Array;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const DYNAMIC_IMPORT = /\bimport\("\.\/([^"]+)"\)/g;
const STATIC_IMPORT = /^(?:import|export)\b(?:[^"'`;]*\bfrom)?\s*"\.\/([^"]+)"/gm;

/**
 * What the bundler gives to packages that `require`. It wants the address of a file, and brings all
 * of Node's environment to every verb. What packages still require is built in, or an option that
 * they do without; the rest is bundled.
 */
const REQUIRE = [
  'import { createRequire as __deno_internal_createRequire } from "node:module";\n',
  "var __require = __deno_internal_createRequire(import.meta.url);\n",
].join("");
const LAZY_REQUIRE = `
function __require(name) {
  const found = process.getBuiltinModule(name);
  if (found !== undefined) return found;
  throw Object.assign(new Error("Cannot find module " + name), { code: "MODULE_NOT_FOUND" });
}
`;

/** Throws an error that says why not. */
export async function bundleProgram(): Promise<Bundle> {
  const directory = await Deno.makeTempDir();
  try {
    await denoBundle("main.ts", "--code-splitting", "--outdir", directory);
    const names = (await Array.fromAsync(Deno.readDir(directory), ({ name }) => name)).sort();
    const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(directory, name))));
    return put(new Map(names.map((name, index) => [name, texts[index]!])));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What runs first, as one text. */
export async function bundleBoot(): Promise<string> {
  return await denoBundle("tools/executable/boot.ts");
}

async function denoBundle(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`deno bundle failed: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

function put(texts: ReadonlyMap<string, string>): Bundle {
  const parts: Record<string, Part> = {};
  const all: Uint8Array[] = [];
  let at = 0;
  for (const [name, text] of texts) {
    const pieces = piecesOf(text, texts);
    const own = pieces.filter((piece) => typeof piece !== "string");
    parts[name] = {
      at,
      pieces: pieces.map((piece) => typeof piece === "string" ? piece : piece.length),
    };
    all.push(...own);
    at += own.reduce((sum, piece) => sum + piece.length, 0);
  }
  return { main: "main.js", parts, bytes: joinBytes(all) };
}

/** Text, and between it the names of the parts whose address belongs there. */
function piecesOf(text: string, texts: ReadonlyMap<string, string>): (Uint8Array | string)[] {
  const lazy = text.replace(REQUIRE, LAZY_REQUIRE)
    // The web page is in here as a text, and its imports are for the browser.
    .replaceAll(
      DYNAMIC_IMPORT,
      (whole, name: string) => texts.has(name) ? `import(taskmasterPart("${name}"))` : whole,
    );
  const pieces: (Uint8Array | string)[] = [];
  let done = 0;
  for (const match of lazy.matchAll(STATIC_IMPORT)) {
    const name = match[1]!;
    if (!texts.has(name)) continue;
    const end = match.index + match[0].length - 1;
    pieces.push(encode(lazy.slice(done, end - `./${name}`.length)), name);
    done = end;
  }
  const rest = lazy.slice(done);
  const missed = [...texts.keys()].find((name) => rest.includes(`"./${name}"`));
  if (missed !== undefined) throw new Error(`an import of ${missed} was not recognised`);
  if (/\bimport\.meta\.url\b/.test(lazy)) throw new Error("a module wants to know where it lies");
  return [...pieces, encode(rest)];
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
