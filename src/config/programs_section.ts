/** The mapping from names to programs, and the ways in which its indentation goes wrong. */
import { isProgramName } from "../core/name.ts";
import type { LineIndex } from "../base/line_index.ts";
import type { Program } from "../core/program.ts";
import { buildProgram, type ProgramSurroundings } from "./build_program.ts";
import {
  describeKind,
  type Entry,
  findEntry,
  isBroken,
  isNull,
  type MapNode,
} from "./config_node.ts";
import { FOREIGN_PROGRAM_KEYS } from "./foreign_names.ts";
import { checkProgram } from "./program_checks.ts";
import type { Scope } from "./mistakes.ts";
import { programShape } from "./program_schema.ts";
import { listOf, quote } from "./quote.ts";
import { readSettings } from "./read_settings.ts";

export interface ProgramsScope extends Scope {
  readonly lines: LineIndex;
  readonly surroundings: ProgramSurroundings;
  /** How messages call the mapping: "programs.", or nothing when the file has no such key. */
  readonly prefix: string;
}

/** Reads every program that can be read; those with mistakes are missing from the result. */
export function readPrograms(
  entries: readonly Entry[],
  scope: ProgramsScope,
): Map<string, Program> {
  const programs = new Map<string, Program>();
  for (const { head, strays } of groupStrays(entries)) {
    if (strays.length > 0) reportStrays(head, strays, scope);
    if (head === undefined) continue;
    const entry = strays.length > 0 && isNull(head.value) ? adopt(head, strays) : head;
    const program = readProgram(entry, scope);
    if (program !== undefined) programs.set(program.name, program);
  }
  return programs;
}

interface Group {
  readonly head: Entry | undefined;
  readonly strays: Entry[];
}

/** Keys of a program that stand where programs should stand go with the entry before them. */
function groupStrays(entries: readonly Entry[]): Group[] {
  const groups: Group[] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (!isStray(entry)) groups.push({ head: entry, strays: [] });
    else if (last === undefined) groups.push({ head: undefined, strays: [entry] });
    else last.strays.push(entry);
  }
  return groups;
}

function isStray({ key, value }: Entry): boolean {
  if (!Object.hasOwn(programShape, key)) return false;
  return value.kind !== "map" || findEntry(value, "cmd") === undefined;
}

function reportStrays(
  head: Entry | undefined,
  strays: readonly Entry[],
  scope: ProgramsScope,
): void {
  const first = strays[0]!;
  const names = strays.length > 3
    ? `${quote(first.key)} to ${quote(strays.at(-1)!.key)}`
    : listOf(strays.map((stray) => quote(stray.key)), "and");
  if (head === undefined) {
    scope.mistakes.error("stray-keys", first.keySpan, `${names} without a program's name above`, {
      help: 'write the name, such as "web:", and indent its keys under it',
    });
    return;
  }
  const firstLine = scope.lines.line(first.keySpan.start);
  const lastLine = scope.lines.line(Math.max(strays.at(-1)!.value.span.end - 1, 0));
  const where = firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine} to ${lastLine}`;
  const [span, state, related] = isNull(head.value)
    ? [head.keySpan, "is empty: its keys are not indented under it", first.keySpan]
    : [first.keySpan, "has keys that are not indented like its others", head.keySpan];
  scope.mistakes.error("stray-keys", span, `program ${quote(head.key)} ${state}`, {
    help: `indent ${names} (${where}) under "${head.key}:"`,
    related: {
      message: isNull(head.value) ? "this key should be indented" : "the program begins here",
      span: related,
    },
  });
}

/** The program as it was meant, so that the mistakes inside it are found too. */
function adopt(head: Entry, strays: readonly Entry[]): Entry {
  const span = { start: strays[0]!.keySpan.start, end: strays.at(-1)!.value.span.end };
  return { ...head, value: { kind: "map", span, entries: strays, ignored: [] } };
}

/** Reports the mistakes of one program; undefined when it has too many to be one. */
function readProgram(entry: Entry, scope: ProgramsScope): Program | undefined {
  const { mistakes } = scope;
  const { key, keySpan, value } = entry;
  const place = scope.prefix + key;
  checkName(entry, scope);
  if (value.kind !== "map") {
    reportNotAMapping(entry, scope);
    return undefined;
  }
  const settings = readSettings(value, PROGRAM_KIND, place, scope);
  checkProgram({ place, keySpan, map: value, settings }, scope.surroundings.context, mistakes);
  if (settings.cmd !== undefined) {
    return buildProgram(key, { ...settings, cmd: settings.cmd }, scope.surroundings);
  }
  if (!hasSomethingLikeCmd(value)) {
    mistakes.error("no-cmd", keySpan, `${place} has no cmd`, {
      help: 'add what to run: "cmd: /path/to/program --option"',
    });
  }
  return undefined;
}

const PROGRAM_KIND = {
  shape: programShape,
  foreignKeys: FOREIGN_PROGRAM_KEYS,
};

/** Another message is about it then. */
function hasSomethingLikeCmd(map: MapNode): boolean {
  return map.entries.some(({ key }) => /^(?:cmd|command|cdm|cm|cmnd|cmds|exec)$/i.test(key));
}

function checkName({ key, keySpan }: Entry, scope: ProgramsScope): void {
  if (isProgramName(key)) return;
  if (key === "all") {
    scope.mistakes.error("reserved-name", keySpan, 'no program can be called "all"', {
      help: 'commands such as "start all" mean every program by it',
    });
    return;
  }
  scope.mistakes.error("bad-name", keySpan, `unusable program name ${quote(key)}`, {
    help: "names are made of letters, digits, and any of _ . -",
  });
}

function reportNotAMapping({ key, keySpan, value }: Entry, scope: ProgramsScope): void {
  const place = scope.prefix + key;
  if (isBroken(value)) return;
  if (isNull(value)) {
    scope.mistakes.error("empty-program", keySpan, `${place} is empty`, {
      help: `indent its keys under it; it needs at least "cmd"`,
    });
  } else {
    scope.mistakes.error(
      "wrong-kind",
      value.span,
      `found ${describeKind(value)} in ${place}; expected a mapping with "cmd"`,
      value.kind === "text"
        ? { help: `write "cmd: ${value.text}" on a line of its own under it` }
        : {},
    );
  }
}
