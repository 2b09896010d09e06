/** Inputs that are kept: those that changes begin with, and every one that has ever found a defect. */
import { createHash } from "node:crypto";
import { join } from "node:path";

const CORPUS = join(import.meta.dirname!, "corpus");

export interface Kept {
  readonly name: string;
  readonly input: Uint8Array<ArrayBuffer>;
}

/** In the order of their names. */
export function corpusOf(target: string): Kept[] {
  const directory = join(CORPUS, target);
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort()
    .map((name) => ({ name, input: Deno.readFileSync(join(directory, name)) }));
}

/** Gives the path of the file. */
export function keep(target: string, kind: "failed" | "hangs", input: Uint8Array): string {
  const digest = createHash("sha256").update(input).digest("hex").slice(0, 12);
  const path = join(CORPUS, target, `${kind}-${digest}`);
  Deno.writeFileSync(path, input);
  return path;
}
