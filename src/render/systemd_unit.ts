/** A taskmaster as a unit of systemd (systemd.service(5)). */

export interface UnitDescription {
  /** Of the taskmaster. */
  readonly name: string;
  /** The command lines, word by word; the first words are absolute paths. */
  readonly start: readonly string[];
  readonly reload: readonly string[];
  /** A unit of the whole machine, or of one user's own systemd. */
  readonly scope: "system" | "user";
  /** How long an orderly end may take. */
  readonly stopMs: number;
  /** Exit codes after which another start would end the same way. */
  readonly hopeless: readonly number[];
}

/** The first line of every file we write: others are not ours to replace. */
export const UNIT_MARK = "# Written by taskmaster install-service.";

const WATCHDOG_SECONDS = 60;

export function systemdUnit(unit: UnitDescription): string {
  return `${UNIT_MARK}
[Unit]
Description=Programs of taskmaster ${unit.name}
After=network.target

[Service]
Type=notify
ExecStart=${unit.start.map(quoteWord).join(" ")}
ExecReload=${unit.reload.map(quoteWord).join(" ")}
# Only taskmaster is signalled, which stops the programs in order. If it dies, they go on, and the
# next one takes them back.
KillMode=process
Restart=on-failure
RestartPreventExitStatus=${unit.hopeless.join(" ")}
# As long as the programs may take to stop, by their stoptime.
TimeoutStopSec=${Math.ceil(unit.stopMs / 1000)}
WatchdogSec=${WATCHDOG_SECONDS}

[Install]
WantedBy=${unit.scope === "system" ? "multi-user.target" : "default.target"}
`;
}

/** A word of a command line there: "%" and "$" would be replaced, blanks would separate. */
function quoteWord(word: string): string {
  const literal = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  if (/^[\w@/.,:=+%$-]+$/.test(literal)) return literal;
  const escaped = literal.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}
