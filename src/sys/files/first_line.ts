/** One line from a pipe or a file on standard input. */

const NEWLINE = 0x0a;

/** Without its end; null when it is longer than `limit` bytes. The end of input ends a line as well. */
export async function readFirstLine(limit: number): Promise<Uint8Array | null> {
  const line = new Uint8Array(limit + 1);
  let length = 0;
  while (length < line.length) {
    const read = await Deno.stdin.read(line.subarray(length));
    if (read === null) return line.subarray(0, length);
    const end = line.subarray(0, length + read).indexOf(NEWLINE, length);
    if (end >= 0) return line.subarray(0, end);
    length += read;
  }
  return null;
}
