/** Where the shell's history is kept between sessions. */
export interface HistoryFile {
  /** The newest lines, oldest first. A file that does not exist is an empty one. */
  read(): Promise<readonly string[]>;
  /** Adds a line after those that any other shell has added meanwhile. */
  append(line: string): Promise<void>;
}
