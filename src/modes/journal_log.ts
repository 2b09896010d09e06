/** The supervisor's own log: the journal's records as lines of a rotated file, or on our output. */
import { jsonLine } from "../base/visible.ts";
import type { DaemonSettings } from "../core/configuration.ts";
import { isAtLeast, type JournalRecord } from "../core/record.ts";
import { recordLine } from "../render/record.ts";
import { LogFile } from "../sys/files/log_file.ts";
import type { OwnOutput } from "./own_output.ts";

type Destination = Pick<LogFile, "problem" | "reopen" | "close"> & { write(line: string): void };

export class JournalLog {
  #settings: DaemonSettings;
  readonly #output: OwnOutput | null;
  #file: Destination;

  readonly #onProblem: (problem: string) => void;
  #isTroubled = false;

  /**
   * Never throws. `onProblem` is called when writing begins to fail. With `output` there is no file.
   */
  constructor(
    settings: DaemonSettings,
    onProblem: (problem: string) => void,
    output: OwnOutput | null,
  ) {
    this.#settings = settings;
    this.#onProblem = onProblem;
    this.#output = output;
    this.#file = this.#open();
  }

  /** Why nothing can be written at the moment; null while all is well. */
  get problem(): string | null {
    return this.#file.problem;
  }

  write(record: JournalRecord): void {
    const { loglevel, logFormat } = this.#settings;
    if (!isAtLeast(record.level, loglevel)) return;
    this.#file.write(
      logFormat === "json" ? jsonLine(record).trimEnd() : recordLine(record, { colour: false }),
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
    this.#file = this.#open();
  }

  reopen(): void {
    this.#file.reopen();
  }

  close(): void {
    this.#file.close();
  }

  #open(): Destination {
    if (this.#output !== null) return onOutput(this.#output);
    const { logfile, logfileMaxBytes, logfileBackups } = this.#settings;
    return new LogFile({ path: logfile, maxBytes: logfileMaxBytes, backups: logfileBackups });
  }
}

function onOutput(output: OwnOutput): Destination {
  return {
    get problem() {
      return output.isLost ? "nobody reads standard output any more" : null;
    },
    write: (line: string) => output.writeLog(line),
    reopen() {},
    close() {},
  };
}
