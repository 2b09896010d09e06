/** Reading the end of a log backwards, as far as the wanted lines reach. */
import { joinBytes } from "../../base/join_bytes.ts";
import { libc } from "../libc.ts";

const CHUNK_BYTES = 65_536;
/** Of the result: a file without line ends must not be read as a whole. */
const MOST_BYTES = 1_048_576;
const LINE_END = 10;

/** A file, and up to where it counts. */
export interface FilePart {
  readonly fd: number;
  readonly endBytes: number;
}

/**
 * The last `lines` lines of files that continue each other, the newest first. What comes after the
 * last line end counts as a line. Of more than 1 MiB only the end is given. A file that shrinks or
 * cannot be read meanwhile ends there.
 */
export async function lastLines(
  files: readonly FilePart[],
  lines: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // The line end that closes the last line is not the start of another one.
  const search = { missing: lines, isFirst: true };
  let size = 0;
  for (const { fd, endBytes } of files) {
    let end = endBytes;
    while (end > 0 && search.missing > 0 && size < MOST_BYTES) {
      const start = Math.max(0, end - Math.min(CHUNK_BYTES, MOST_BYTES - size));
      const chunk = await readAt(fd, start, end - start);
      if (chunk.length < end - start) return joinBytes(chunks);
      const wanted = chunk.subarray(startOfLines(chunk, search));
      chunks.unshift(wanted);
      size += wanted.length;
      end = start;
    }
  }
  return joinBytes(chunks);
}

/** Fewer bytes where the file ends; a failure reads as its end. */
export async function readAt(
  fd: number,
  offset: number,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(new ArrayBuffer(bytes));
  const count = await libc().pread_on_thread(fd, buffer, BigInt(bytes), BigInt(offset));
  return buffer.subarray(0, Math.max(0, Number(count)));
}

/** Where the wanted lines begin in `chunk`, which comes before what was searched until now. */
function startOfLines(
  chunk: Uint8Array,
  search: { missing: number; isFirst: boolean },
): number {
  let position = chunk.length;
  if (search.isFirst && chunk.at(-1) === LINE_END) position--;
  search.isFirst = false;
  while (search.missing > 0) {
    // A negative position would count from the end.
    const found = position === 0 ? -1 : chunk.lastIndexOf(LINE_END, position - 1);
    if (found === -1) return 0;
    position = found;
    search.missing--;
  }
  return position + 1;
}
