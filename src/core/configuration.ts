/** A whole configuration file, validated. */
import type { AlertSettings } from "./alert/settings.ts";
import type { HttpSettings } from "./http_settings.ts";
import type { Program } from "./program.ts";
import type { RecordLevel } from "./record.ts";

export type LogFormat = "text" | "json";

/** What a process that becomes FATAL means for taskmaster itself. */
export type OnFatal = "ignore" | "exit";

/** Settings of the supervisor itself; all paths absolute. */
export interface DaemonSettings {
  readonly name: string;
  /** "name" or "name:group" to become when started as root. */
  readonly user: string | null;
  readonly umask: number;
  readonly workingdir: string;
  /** The state directory: lock, shell history, and what must outlive a crash. */
  readonly stateDir: string;
  /** Where output of programs goes that name no file. */
  readonly logdir: string;
  /** The supervisor's own log. */
  readonly logfile: string;
  readonly loglevel: RecordLevel;
  readonly logFormat: LogFormat;
  /** 0 = never rotate. */
  readonly logfileMaxBytes: number;
  readonly logfileBackups: number;
  readonly pidfile: string | null;
  /** The Unix socket of clients; short enough for the kernel. */
  readonly socket: string;
  /** Permissions of the socket. */
  readonly socketMode: number;
  /** The API on TCP; null = off. */
  readonly http: HttpSettings | null;
  /** Overall limit of an orderly shutdown, after which all that is left is killed; null = none. */
  readonly shutdownTimeoutMs: number | null;
  readonly onFatal: OnFatal;
}

export interface Configuration {
  /** Absolute path of the file. */
  readonly path: string;
  readonly daemon: DaemonSettings;
  /** By name, in file order. */
  readonly programs: ReadonlyMap<string, Program>;
  /** By name, in file order. */
  readonly alerts: ReadonlyMap<string, AlertSettings>;
}
