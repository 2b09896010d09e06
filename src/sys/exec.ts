/** Becoming another program with the same pid (execve(2)). */
import { cString, lastErrno, libc } from "./libc.ts";
import { SystemError } from "./system_error.ts";

/**
 * Returns only by throwing a SystemError: on success this program is no more, and nothing of it was
 * told. Children stay children; descriptors without close-on-exec stay open.
 */
export function becomeProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): never {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const [argv, envp] = [pointers(args), pointers(variables)];
  libc().execve(cString(path), argv.array, envp.array);
  const errno = lastErrno();
  // The strings have to live until here.
  throw new SystemError({ call: "execve", action: "become", errno, path: keep(path, argv, envp) });
}

interface Pointers {
  readonly array: BigUint64Array<ArrayBuffer>;
  readonly strings: readonly Uint8Array<ArrayBuffer>[];
}

/** A NULL-terminated array of C strings. */
function pointers(texts: readonly string[]): Pointers {
  const strings = texts.map(cString);
  const array = new BigUint64Array(strings.length + 1);
  strings.forEach((string, index) => {
    array[index] = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(string)));
  });
  return { array, strings };
}

function keep(path: string, ..._kept: readonly Pointers[]): string {
  return path;
}
