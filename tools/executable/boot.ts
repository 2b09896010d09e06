/**
 * The first of the program to run in an executable that is Deno itself: loads the modules out of the
 * executable's own file, each when it is wanted. `tools/executable/put_into_deno.ts` puts ARCHIVE in
 * front of this text.
 */
declare const ARCHIVE: {
  /** Where the parts begin in the file. */
  readonly start: number;
  readonly main: string;
  readonly parts: Readonly<Record<string, Part>>;
  /** What the entry code has set for Deno. */
  readonly variables: readonly string[];
};

export interface Part {
  /** From where the parts begin. */
  readonly at: number;
  /** The lengths of its pieces, and between them the names of the parts it imports there. */
  readonly pieces: readonly (number | string)[];
}

/** The kernel has it open as long as we live, whatever became of its name. */
const OWN_FILE = "/proc/self/exe";

const urls = new Map<string, string>();

/** An address that can be imported. Parts never import each other in a circle. */
function urlOf(name: string): string {
  const known = urls.get(name);
  if (known !== undefined) return known;
  const file = Deno.openSync(OWN_FILE);
  try {
    return load(name, file);
  } finally {
    file.close();
  }
}

function load(name: string, file: Deno.FsFile): string {
  const known = urls.get(name);
  if (known !== undefined) return known;
  const part = ARCHIVE.parts[name];
  if (part === undefined) throw new Error(`the executable has no part ${name}`);
  let at = ARCHIVE.start + part.at;
  const pieces = part.pieces.map((piece) => {
    if (typeof piece === "string") return load(piece, file);
    const bytes = readAt(file, at, piece);
    at += piece;
    return bytes;
  });
  const url = URL.createObjectURL(new Blob(pieces, { type: "text/javascript" }));
  urls.set(name, url);
  return url;
}

function readAt(file: Deno.FsFile, at: number, length: number): Uint8Array<ArrayBuffer> {
  file.seekSync(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const count = file.readSync(bytes.subarray(done));
    if (count === null) throw new Error("the executable is not complete; copy it again");
    done += count;
  }
  return bytes;
}

/**
 * null when the file of the program is setuid or setgid: the kernel keeps it from whoever runs that,
 * and the program will do nothing but say so.
 */
function givenEnvironment(): string[] | null {
  try {
    return Deno.readTextFileSync("/proc/self/environ").split("\0");
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return null;
    throw error;
  }
}

/** Deno has read what was meant for it; programs want what the user has set. */
function restoreEnvironment(): void {
  const given = givenEnvironment();
  if (given === null) return;
  for (const name of ARCHIVE.variables) {
    const own = given.find((variable) => variable.startsWith(`${name}=`));
    if (own === undefined) Deno.env.delete(name);
    else Deno.env.set(name, own.slice(name.length + 1));
  }
}

restoreEnvironment();
Object.assign(globalThis, { taskmasterPart: urlOf });
await import(urlOf(ARCHIVE.main));
