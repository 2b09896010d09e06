/**
 * Looking at what a pipe holds without taking it out: tee(2) makes a second pipe refer to the same
 * pages, and that one is read.
 */
import { check, libc } from "../libc.ts";
import { O_CLOEXEC, O_NONBLOCK } from "../files/open_flags.ts";
import { discard } from "./splice.ts";

const F_SETPIPE_SZ = 1031;
const MOST_BYTES = 1_048_576;
const LINE_END = 10;

/** One for all streams: it is empty between calls, which do not overlap. */
let scratch: { readonly input: number; readonly output: number } | undefined;
let buffer = new Uint8Array(new ArrayBuffer(65_536));

/**
 * The first bytes of the pipe, at most `bytes`. It can be less than the pipe has, but nothing only
 * when the pipe is empty. They are good until the next call of a function of this file.
 */
export function peek(pipe: number, bytes: number): Uint8Array<ArrayBuffer> {
  const { output } = openScratch();
  const count = duplicate(pipe, bytes);
  if (count > buffer.length) buffer = new Uint8Array(new ArrayBuffer(MOST_BYTES));
  return buffer.subarray(0, readAll(output, count));
}

export interface LineSearch {
  /** How many bytes were looked at: all up to the asked number, or fewer. */
  readonly seen: number;
  /** How many of them go up to and with the line end that was looked for; 0 if there is none. */
  readonly end: number;
}

/** The end of the first line within `bytes`. */
export function findFirstLineEnd(pipe: number, bytes: number): LineSearch {
  const seen = peek(pipe, bytes);
  return { seen: seen.length, end: seen.indexOf(LINE_END) + 1 };
}

/** The end of the last whole line within `bytes`. */
export function findLastLineEnd(pipe: number, bytes: number): LineSearch {
  const { output } = openScratch();
  const seen = duplicate(pipe, bytes);
  // Lines are short compared to what is looked at, so it is enough to copy the end of it.
  const skipped = discard(output, Math.max(0, seen - 16_384));
  const tail = buffer.subarray(0, readAll(output, seen - skipped));
  const end = tail.lastIndexOf(LINE_END) + 1;
  if (end > 0) return { seen, end: skipped + end };
  if (skipped === 0) return { seen, end: 0 };
  return { seen, end: peek(pipe, seen).lastIndexOf(LINE_END) + 1 };
}

/** Makes the scratch pipe refer to the start of `pipe`. */
function duplicate(pipe: number, bytes: number): number {
  const { input } = openScratch();
  const most = BigInt(Math.min(bytes, MOST_BYTES));
  const count = Number(libc().tee(pipe, input, most, SPLICE_F_NONBLOCK));
  return Math.max(0, count);
}

const SPLICE_F_NONBLOCK = 2;

function readAll(output: number, bytes: number): number {
  let read = 0;
  while (read < bytes) {
    const count = Number(libc().read(output, buffer.subarray(read), BigInt(bytes - read)));
    if (count <= 0) break;
    read += count;
  }
  return read;
}

function openScratch(): { readonly input: number; readonly output: number } {
  if (scratch !== undefined) return scratch;
  const ends = new Int32Array(2);
  check(libc().pipe2(ends, O_CLOEXEC | O_NONBLOCK), { call: "pipe" });
  const [output, input] = [ends[0]!, ends[1]!];
  // May be refused, for there are limits for each user; then less is seen at a time.
  libc().fcntl(input, F_SETPIPE_SZ, BigInt(MOST_BYTES));
  return scratch = { input, output };
}
