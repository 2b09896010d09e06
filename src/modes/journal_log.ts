/** The supervisor's own log: the journal's records as lines of a rotated file. */
import type { DaemonSettings } from "../core/configuration.ts";
import { isAtLeast, type JournalRecord } from "../core/record.ts";
import { recordLine } from "../render/record.ts";
import { LogFile } from "../sys/log_file.ts";

export class JournalLog {
  #settings: DaemonSettings;
  #file: LogFile;

  readonly #onProblem: (problem: string) => void;
  #isTroubled = false;

  /** Never throws. `onProblem` is called when writing begins to fail. */
  constructor(settings: DaemonSettings, onProblem: (problem: string) => void) {
    this.#settings = settings;
    this.#onProblem = onProblem;
    this.#file = open(settings);
  }

  /** Why nothing can be written at the moment; null while all is well. */
  get problem(): string | null {
    return this.#file.problem;
  }

  write(record: JournalRecord): void {
    const { loglevel, logFormat } = this.#settings;
    if (!isAtLeast(record.level, loglevel)) return;
    this.#file.write(
      logFormat === "json" ? JSON.stringify(record) : recordLine(record, { colour: false }),
    );
    const { problem } = this.#file;
    const isNew = problem !== null && !this.#isTroubled;
    this.#isTroubled = problem !== null;
    if (isNew) this.#onProblem(problem);
  }

  /** Takes over what a reload may change; the path is not part of that. */
  configure(settings: DaemonSettings): void {
    const { logfile, logfileMaxBytes, logfileBackups } = this.#settings;
    this.#settings = { ...settings, logfile };
    const isSameFile = logfileMaxBytes === settings.logfileMaxBytes &&
      logfileBackups === settings.logfileBackups;
    if (isSameFile) return;
    this.#file.close();
    this.#file = open(this.#settings);
  }

  reopen(): void {
    this.#file.reopen();
  }

  close(): void {
    this.#file.close();
  }
}

function open({ logfile, logfileMaxBytes, logfileBackups }: DaemonSettings): LogFile {
  return new LogFile({ path: logfile, maxBytes: logfileMaxBytes, backups: logfileBackups });
}
