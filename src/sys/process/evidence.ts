/** What speaks for a process being the child that its environment says it is. */
import { readFileSync } from "node:fs";
import type { Evidence } from "../../core/stray.ts";
import { streamKey } from "../output/child_output.ts";
import { statusOfPath } from "../files/file_status.ts";
import { fifoName } from "../output/fifo.ts";
import { isShortage } from "../system_error.ts";
import { parseCredentials } from "../privileges/thread_credentials.ts";

/** getauxval(3) */
const AT_SECURE = 23;

/**
 * Of a process that says it is number `num` of `program`. What cannot be found out does not speak
 * for it; throws when descriptors have run out, see `isShortage`.
 */
export function evidenceOf(
  pid: number,
  stateDir: string,
  { program, num }: { readonly program: string; readonly num: number },
): Evidence {
  const fifos = (["stdout", "stderr"] as const).map((stream) =>
    identityOf(`${stateDir}/fifo/${fifoName(streamKey(program, num, stream))}`)
  );
  // A name proves nothing: others have mounts of their own, and other files of that name there.
  const outputs = [1, 2].map((fd) => identityOf(`/proc/${pid}/fd/${fd}`));
  const hasItsOutput = outputs.some((output) => output !== null && fifos.includes(output));
  return { uid: userOf(pid), hasItsOutput };
}

/**
 * Who the process is; null when that is not one user, or when it is by a setuid file: those keep
 * the environment of whoever starts them.
 */
export function userOf(pid: number): number | null {
  const ids = attempt(() => parseCredentials(readFileSync(`/proc/${pid}/status`, "utf8")).uids);
  const auxiliary = attempt(() => readFileSync(`/proc/${pid}/auxv`));
  if (ids === null || auxiliary === null || isSecure(auxiliary)) return null;
  return new Set(ids).size === 1 ? ids[0] : null;
}

/**
 * Whether the kernel gave the process rights of the file that it runs, as its auxiliary vector says:
 * pairs of a key and a value, which are shorter for a program of 32 bits.
 */
export function isSecure(bytes: Uint8Array): boolean {
  const long = new BigUint64Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 8));
  const isLong = long.every((word, index) => index % 2 === 1 || word < 2 ** 32);
  const words = isLong
    ? [...long].map(Number)
    : [...new Uint32Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 4))];
  const at = words.findIndex((word, index) => index % 2 === 0 && word === AT_SECURE);
  return at === -1 || words[at + 1] !== 0;
}

function identityOf(path: string): string | null {
  return attempt(() => statusOfPath(path).identity);
}

/** null when it has ended, belongs to somebody else, or has no such file. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
}
