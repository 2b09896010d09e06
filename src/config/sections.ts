/** The top level of a file: which of its keys are what. */
import { nearest } from "../base/edit_distance.ts";
import type { Span } from "../base/diagnostic.ts";
import type { ConfigNode, Entry } from "./config_node.ts";
import { describeKind, findEntry, isNull } from "./config_node.ts";
import type { Mistakes } from "./mistakes.ts";
import { programShape } from "./program_schema.ts";
import { quote } from "./quote.ts";
import { isExtension } from "./read_settings.ts";

export interface Sections {
  readonly daemon: ConfigNode | undefined;
  readonly alerts: ConfigNode | undefined;
  readonly programs: readonly Entry[];
  /** How messages call the place of programs: "programs.", or nothing without that key. */
  readonly prefix: string;
}

const TOP_KEYS: readonly string[] = ["programs", "taskmaster", "alerts"];
const NONE: Sections = {
  daemon: undefined,
  alerts: undefined,
  programs: [],
  prefix: "programs.",
};
const START: Span = { start: 0, end: 0 };
const EXAMPLE = '"taskmaster init" prints a file to begin with';

export function findSections(root: ConfigNode | null, mistakes: Mistakes): Sections {
  if (root === null || isNull(root)) {
    mistakes.error("empty-file", START, "the file is empty; expected programs", { help: EXAMPLE });
    return NONE;
  }
  if (root.kind !== "map") {
    mistakes.error(
      "wrong-kind",
      root.span,
      `found ${describeKind(root)} at the top of the file; expected a mapping with "programs:"`,
      { help: EXAMPLE },
    );
    return NONE;
  }
  const daemon = findEntry(root, "taskmaster")?.value;
  const alerts = findEntry(root, "alerts")?.value;
  const section = findEntry(root, "programs");
  const others = root.entries.filter(({ key }) => !TOP_KEYS.includes(key) && !isExtension(key));
  return section === undefined
    ? { daemon, alerts, ...withoutSection(others, mistakes) }
    : { daemon, alerts, ...withSection(section, others, mistakes) };
}

type Programs = Pick<Sections, "programs" | "prefix">;

function withSection(section: Entry, others: readonly Entry[], mistakes: Mistakes): Programs {
  const outside = others.filter(looksLikeProgram);
  for (const entry of others) if (!looksLikeProgram(entry)) reportUnknown(entry, mistakes);
  if (isNull(section.value) && outside.length > 0) {
    mistakes.error(
      "empty-programs",
      section.keySpan,
      '"programs" is empty: nothing is indented under it',
      {
        help: `indent ${quote(outside[0]!.key)}${
          outside.length > 1 ? " and what follows" : ""
        } under it`,
        related: { message: "this key should be indented", span: outside[0]!.keySpan },
      },
    );
  } else {
    for (const entry of outside) reportOutside(entry, section, mistakes);
  }
  return {
    programs: [...sectionEntries(section, outside, mistakes), ...outside],
    prefix: "programs.",
  };
}

function sectionEntries(
  { key, keySpan, value }: Entry,
  outside: readonly Entry[],
  mistakes: Mistakes,
): readonly Entry[] {
  if (value.kind === "map" && value.entries.length > 0) {
    return value.entries.filter((entry) => !isExtension(entry.key));
  }
  if (value.kind === "map" || isNull(value)) {
    if (outside.length === 0) {
      mistakes.error(
        "empty-programs",
        keySpan,
        `"${key}" is empty; expected at least one program`,
        {
          help: 'add one: "web: {cmd: /path/to/web}", indented under it',
        },
      );
    }
    return [];
  }
  mistakes.error(
    "wrong-kind",
    keySpan,
    `found ${describeKind(value)} in programs; expected a mapping from names to programs`,
    value.kind === "list" ? { help: 'write "web:" instead of "- name: web"' } : {},
  );
  return [];
}

/** A file that consists of programs may leave out the key above them. */
function withoutSection(others: readonly Entry[], mistakes: Mistakes): Programs {
  if (others.some((entry) => looksLikeProgram(entry) || isProgramKey(entry))) {
    return { programs: others, prefix: "" };
  }
  for (const entry of others) reportUnknown(entry, mistakes);
  // Whatever stands there in the place of "programs" is reported already.
  if (!others.some((entry) => holdsPrograms(entry) || nearest(entry.key, ["programs"]))) {
    mistakes.error("no-programs", START, 'the file has no "programs:"', { help: EXAMPLE });
  }
  return { programs: [], prefix: "" };
}

function looksLikeProgram({ value }: Entry): boolean {
  return value.kind === "map" && findEntry(value, "cmd") !== undefined;
}

/** As "services:" does in the files of others. */
function holdsPrograms({ value }: Entry): boolean {
  return value.kind === "map" && value.entries.some(looksLikeProgram);
}

function isProgramKey({ key }: Entry): boolean {
  return Object.hasOwn(programShape, key);
}

function reportOutside(entry: Entry, section: Entry, mistakes: Mistakes): void {
  mistakes.error(
    "outside-programs",
    entry.keySpan,
    `program ${quote(entry.key)} is outside "programs"`,
    {
      help: `indent it and its keys under "programs:"`,
      related: { message: "programs begin here", span: section.keySpan },
    },
  );
}

function reportUnknown(entry: Entry, mistakes: Mistakes): void {
  const { key, keySpan } = entry;
  const suggestion = nearest(key, TOP_KEYS);
  const help = suggestion !== undefined
    ? `did you mean "${suggestion}"?`
    : holdsPrograms(entry)
    ? 'programs go under "programs:"'
    : Object.hasOwn(programShape, key)
    ? `"${key}" belongs to a program: indent it under the program's name`
    : `the keys here are programs, taskmaster, alerts, and any that begin with "x-"`;
  mistakes.error("unknown-key", keySpan, `unknown key ${quote(key)} at the top of the file`, {
    help,
  });
}
