/** Reading a log that is being written: its end, and what is added to it. */
import { statusOfDescriptor } from "../files/file_status.ts";
import { cString, libc } from "../libc.ts";
import { O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from "../files/open_flags.ts";
import { type FilePart, lastLines } from "./last_lines.ts";
import { LogFeed } from "./log_feed.ts";
import { type FollowListener, LogWatcher } from "./log_watcher.ts";
import { type OpenLog, openToRead } from "./open_log.ts";

export interface Tail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Why what comes now may not be in the log, or why it cannot be read; null if all is well. */
  readonly problem: string | null;
}

/** A log at one moment. */
export interface LogMoment {
  readonly path: string;
  readonly log: OpenLog | undefined;
  /** Up to where it was written; undefined = all of it. */
  readonly endBytes: number | undefined;
  readonly problem: string | null;
}

export class LogView {
  #feed: LogFeed | null = null;
  readonly #watchers = new Set<LogWatcher>();

  appended(log: OpenLog, offset: number, bytes: number): void {
    this.#feed?.appended(log, offset, bytes);
  }

  emptied(log: OpenLog): void {
    this.#feed?.emptied(log);
  }

  lost(bytes: number, reason: string): void {
    for (const watcher of this.#watchers) watcher.lost(bytes, reason);
  }

  /** Gives the function that ends it. A listener that throws ends it, too. */
  follow(moment: LogMoment, lines: number, listener: FollowListener): () => void {
    const feed = this.#feed ??= new LogFeed();
    const watcher = new LogWatcher(feed, listener);
    this.#watchers.add(watcher);
    const problem = problemOf(moment);
    if (problem !== null) watcher.lost(0, problem);
    const files = openFiles(moment);
    void this.#run(watcher, files, lines);
    return () => watcher.close();
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  async #run(watcher: LogWatcher, files: readonly FilePart[], lines: number): Promise<void> {
    try {
      await watcher.run(files, lines);
    } catch {
      // The listener's own trouble, a connection that was closed say; it hears no more.
    }
    closeFiles(files);
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) this.#feed = null;
  }
}

export async function tailOf(moment: LogMoment, lines: number): Promise<Tail> {
  const files = openFiles(moment);
  try {
    return { bytes: await lastLines(files, lines), problem: problemOf(moment) };
  } finally {
    closeFiles(files);
  }
}

function problemOf({ path, log, problem }: LogMoment): string | null {
  if (log === undefined || log.filePath !== null) return problem;
  return problem ?? `"${path}" is not a file that can be read again`;
}

/** The log and the newest of the files rotated away, at one moment: nothing is rotated between. */
function openFiles({ path, log, endBytes }: LogMoment): FilePart[] {
  if (log !== undefined && log.filePath === null) return [];
  const current = log === undefined ? openFile(path) : openToRead(log);
  if (current === undefined) return [];
  const older = openFile(`${log?.filePath ?? path}.1`);
  const newest = { fd: current, endBytes: endBytes ?? sizeOf(current) };
  return older === undefined ? [newest] : [newest, { fd: older, endBytes: sizeOf(older) }];
}

/** Never anything but a regular file, and not through a link that somebody may have put there. */
function openFile(path: string): number | undefined {
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const fd = libc().open(cString(path), flags, 0);
  if (fd === -1) return undefined;
  if (statusOfDescriptor(fd, path).kind === "file") return fd;
  libc().close(fd);
  return undefined;
}

function sizeOf(fd: number): number {
  return statusOfDescriptor(fd).sizeBytes;
}

function closeFiles(files: readonly FilePart[]): void {
  for (const { fd } of files) libc().close(fd);
}
