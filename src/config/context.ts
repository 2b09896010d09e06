/** What the meaning of a configuration depends on besides its text. */
import type { LookOutside } from "./outside.ts";

export interface ConfigContext {
  /** Absolute path of the file, as it was named. */
  readonly configPath: string;
  /** The same without symbolic links in its directory; what the default name is made from. */
  readonly realPath?: string;
  /** Started as root, whoever it is now: the places of files are the system's. */
  readonly startedAsRoot: boolean;
  /** Is root and stays root. */
  readonly runsAsRoot: boolean;
  /** `--allow-root` was given. */
  readonly allowRoot: boolean;
  /** Why the file that is open is not to be obeyed; null when nothing speaks against it. */
  readonly whyNotTrusted?: (descriptor: number) => string | null;
  /** For whoever wants to know whether all is there that the file refers to. */
  readonly lookOutside?: LookOutside;
  /** HOME, XDG_RUNTIME_DIR and XDG_STATE_HOME are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
