/** Arrays of strings as C wants them: argv and envp. */
import { cString } from "./libc.ts";

const POINTER_BYTES = 8;

/**
 * A NULL-terminated array of pointers, with the strings behind it in the same piece of memory: as
 * long as it is there, they are. Throws a TypeError for text with a NUL in it.
 */
export function cStrings(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const strings = texts.map(cString);
  const tableBytes = (strings.length + 1) * POINTER_BYTES;
  const size = strings.reduce((sum, { length }) => sum + length, tableBytes);
  const all = new Uint8Array(new ArrayBuffer(size));
  const start = Deno.UnsafePointer.value(Deno.UnsafePointer.of(all));
  const table = new DataView(all.buffer);
  let offset = tableBytes;
  strings.forEach((string, index) => {
    table.setBigUint64(index * POINTER_BYTES, start + BigInt(offset), true);
    all.set(string, offset);
    offset += string.length;
  });
  return all;
}

/** For envp. */
export function cEnvironment(env: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  return cStrings(Object.entries(env).map(([name, value]) => `${name}=${value}`));
}
