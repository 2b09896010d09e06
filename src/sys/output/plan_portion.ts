/** How much of what a pipe holds goes into the file that is open, and when the next one begins. */
import { endsWithLine, type OpenLog } from "./open_log.ts";
import { findFirstLineEnd, findLastLineEnd } from "./peek.ts";

/** What a line may exceed the size of a file by before it is cut after all. */
const ENDLESS_LINE_BYTES = 1_048_576;

export interface PortionRequest {
  /** Descriptor of the pipe. */
  readonly pipe: number;
  /** The most that may be moved; at least 1, and no more than the pipe holds. */
  readonly bytes: number;
  readonly log: OpenLog;
  readonly sizeBytes: number;
  /** The file is not to grow beyond this, except by one line; Infinity = it may. */
  readonly maxBytes: number;
}

/**
 * Bytes to move into the file as it is, or 0 when it has to be rotated first. A line is never cut,
 * unless it is endless: one that is longer than a file goes into a file of its own, and one whose
 * beginning is in the file already ends there.
 */
export function planPortion(request: PortionRequest): number {
  const { pipe, bytes, log, sizeBytes, maxBytes } = request;
  const room = maxBytes - sizeBytes;
  if (bytes <= room) return bytes;
  if (room > 0) {
    const { seen, end } = findLastLineEnd(pipe, room);
    if (end > 0) return end;
    // Less can be looked at than there is room for; what was seen fits in any case.
    if (seen < room) return seen;
  }
  if (sizeBytes > 0 && endsWithLine(log, sizeBytes)) return 0;
  const rest = room + ENDLESS_LINE_BYTES;
  if (rest <= 0) return 0;
  const { seen, end } = findFirstLineEnd(pipe, Math.min(bytes, rest));
  return end > 0 ? end : seen;
}
