/** Becoming another program with the same pid (execve(2)). */
import { InvariantError } from "../../base/invariant.ts";
import { cEnvironment, cStrings } from "../c_strings.ts";
import { check, cString, libc } from "../libc.ts";

/**
 * Returns only by throwing a SystemError: on success this program is no more, and nothing of it was
 * told. Children stay children; descriptors without close-on-exec stay open.
 */
export function becomeProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): never {
  const result = libc().execve(cString(path), cStrings(args), cEnvironment(env));
  check(result, { call: "execve", action: "become", path });
  throw new InvariantError("execve returned without a failure");
}
