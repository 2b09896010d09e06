/** What is wrong, or strange, in settings that are right each on their own. */
import { basename } from "node:path/posix";
import { nearest } from "../base/edit_distance.ts";
import type { Span } from "../base/diagnostic.ts";
import { type Entry, findEntry, type MapNode } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import type { Mistakes } from "./mistakes.ts";
import type { ProgramSettings } from "./program_schema.ts";
import { quote } from "./quote.ts";
import { warnOfUnexpandedPath } from "./resolve_path.ts";

export interface CheckedProgram {
  readonly place: string;
  readonly keySpan: Span;
  readonly map: MapNode;
  readonly settings: ProgramSettings;
}

export function checkProgram(
  checked: CheckedProgram,
  context: ConfigContext,
  mistakes: Mistakes,
): void {
  checkUser(checked, context, mistakes);
  checkGroups(checked, mistakes);
  checkCommand(checked, mistakes);
  checkOutput(checked, "stdout", mistakes);
  checkOutput(checked, "stderr", mistakes);
  if (checked.settings.copy_output === true) checkCopy(checked, mistakes);
  if (checked.settings.tty === true) checkTerminal(checked, mistakes);
  const { workingdir } = checked.settings;
  const entry = findEntry(checked.map, "workingdir");
  if (workingdir !== undefined && entry) {
    warnOfUnexpandedPath(entry, workingdir, `${checked.place}.workingdir`, mistakes);
  }
}

function checkUser(checked: CheckedProgram, context: ConfigContext, mistakes: Mistakes): void {
  const entry = findEntry(checked.map, "user");
  const staysRoot = context.allowRoot && context.runsAsRoot;
  if (entry !== undefined && !staysRoot) {
    mistakes.error(
      "user-needs-root",
      entry.keySpan,
      `${checked.place}.user needs a taskmaster that stays root`,
      { help: "remove it, or run taskmaster as root with --allow-root" },
    );
  }
  if (entry === undefined && staysRoot) {
    mistakes.error(
      "no-user",
      checked.keySpan,
      `${checked.place} has no user and would run as root`,
      {
        help: 'add "user: NAME", or "user: root" if root is meant',
      },
    );
  }
}

function checkGroups({ map, settings, place }: CheckedProgram, mistakes: Mistakes): void {
  if (settings.killasgroup !== false || settings.stopasgroup === false) return;
  const entry = findEntry(map, "killasgroup")!;
  mistakes.warning(
    "kill-without-group",
    entry.keySpan,
    `${place} is stopped as a group but killed alone: what it started may outlive it`,
    { help: 'remove "killasgroup: false", or add "stopasgroup: false"' },
  );
}

const SHELL_SYNTAX = new Set(["&&", "||", "|", ">", ">>", "<", "&", "2>&1", "2>", ";"]);

function checkCommand({ map, settings, place }: CheckedProgram, mistakes: Mistakes): void {
  const value = findEntry(map, "cmd")?.value;
  if (settings.cmd === undefined || value?.kind !== "text") return;
  const bare = value.text.split(/\s+/);
  // With quotes or a backslash it is meant as an argument, as in `find -exec … \;`.
  const operator = settings.cmd.find((word) => SHELL_SYNTAX.has(word) && bare.includes(word));
  const isShell = /^(?:ba|da|z|k)?sh$/.test(basename(settings.cmd[0]!));
  const variable = isShell ? undefined : settings.cmd.find((word) => /^\$\{?[A-Za-z_]/.test(word));
  const foreign = settings.cmd.find((word) => /%\(\w+\)\d*[sd]/.test(word));
  const literal = operator ?? variable ?? foreign;
  if (literal === undefined) return;
  mistakes.warning(
    "no-shell",
    value.span,
    `${quote(literal)} in ${place}.cmd is passed to the command as it is: no shell is run`,
    literal === foreign
      ? { help: "the number of a process is in the variable TASKMASTER_PROCESS_NUM" }
      : { help: 'for a shell write "cmd: [sh, -c, …]"' },
  );
}

function checkOutput(
  { map, settings, place }: CheckedProgram,
  stream: "stdout" | "stderr",
  mistakes: Mistakes,
): void {
  const target = settings[stream];
  const entry = findEntry(map, stream);
  if (target?.kind !== "file" || entry === undefined) return;
  warnOfUnexpandedPath(entry, target.path, `${place}.${stream}`, mistakes);
  const meant = meantKeyword(target.path);
  if (meant !== undefined) warnOfKeyword(entry, target.path, meant, `${place}.${stream}`, mistakes);
}

/** What is not captured cannot be copied, and what a terminal shows is no lines. */
function checkCopy({ map, settings, place }: CheckedProgram, mistakes: Mistakes): void {
  const { keySpan } = findEntry(map, "copy_output")!;
  if (settings.tty === true) {
    mistakes.error("copy-of-tty", keySpan, `${place}.copy_output has no meaning with "tty: true"`, {
      help: "`attach` shows the terminal; remove the line",
    });
  }
  for (const stream of ["stdout", "stderr"] as const) {
    if (settings[stream]?.kind !== "inherit") continue;
    const message = `${place}.${stream} is inherited, so it cannot be copied as well`;
    mistakes.error("copy-of-inherited", keySpan, message, {
      help: `write a path or "discard" for ${stream}, or remove "copy_output: true"`,
    });
  }
}

/** A terminal takes standard output and error together, and is no place of ours to pass it on to. */
function checkTerminal(
  { map, settings, place }: CheckedProgram,
  mistakes: Mistakes,
): void {
  for (const key of ["stderr", "stderr_maxbytes", "stderr_backups"]) {
    const entry = findEntry(map, key);
    if (entry === undefined || (key === "stderr" && settings.stderr?.kind === "stdout")) continue;
    mistakes.error("tty-stderr", entry.keySpan, `${place}.${key} has no meaning with "tty: true"`, {
      help: "a terminal has one stream, which goes where stdout says; remove the line",
    });
  }
  if (settings.stdout?.kind === "inherit") {
    const { value } = findEntry(map, "stdout")!;
    mistakes.error(
      "tty-inherit",
      value.span,
      `${place}.stdout cannot be inherited with "tty: true"`,
      {
        help: 'write a path or "discard"; `attach` shows the terminal',
      },
    );
  }
  const shell = basename(settings.cmd?.[0] ?? "");
  const isInteractive = /^(?:ba|da|fi|k|z)?sh$/.test(shell) &&
    settings.cmd!.slice(1).every((word) => /^(?:--.+|-[^-c]+)$/.test(word));
  if (!isInteractive || settings.stopsignal !== undefined) return;
  const { span } = findEntry(map, "cmd")!.value;
  mistakes.warning("tty-shell", span, `${place} is an interactive shell, which ignores TERM`, {
    help: 'without "stopsignal: HUP" each stop lasts until stoptime is over',
  });
}

function warnOfKeyword(
  entry: Entry,
  path: string,
  meant: string,
  place: string,
  mistakes: Mistakes,
): void {
  mistakes.warning(
    "output-is-a-file",
    entry.value.span,
    `${quote(path)} in ${place} is the name of a file`,
    { help: `did you mean "${meant}"? for a file of this name write "./${path}"` },
  );
}

function meantKeyword(path: string): string | undefined {
  if (path === "NONE" || path === "none") return "discard";
  if (path.includes("/") || path.includes(".")) return undefined;
  return nearest(path, ["discard", "inherit"]);
}
