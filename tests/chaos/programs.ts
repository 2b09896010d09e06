/** The hostile programs as a configuration, and its random variations for reloads. */
import type { Random } from "./dice.ts";

export interface Kind {
  readonly name: string;
  readonly numprocs: number;
  /** YAML, more keys of the program. */
  readonly settings: string;
  /**
   * What a reload may do to it: nothing, restart it, or besides that take it away or change the
   * number of its processes.
   */
  readonly reload: "never" | "restart" | "anything";
  readonly priority?: number;
}

const PRIORITY = 999;

const SOON = "stoptime: 0.5";
const UP_AT_ONCE = "starttime: 0";
const AGAIN = "autorestart: always";

/** 100 processes and a few more; those of `small` only where there is a small disk. */
export const KINDS: readonly Kind[] = [
  { name: "steady", numprocs: 12, settings: `${UP_AT_ONCE}, ${AGAIN}`, reload: "restart" },
  { name: "deaf", numprocs: 8, settings: `starttime: 0.2, ${SOON}, ${AGAIN}`, reload: "anything" },
  { name: "brood", numprocs: 6, settings: `starttime: 0.5, ${SOON}`, reload: "anything" },
  { name: "leaver", numprocs: 6, settings: `${UP_AT_ONCE}, ${SOON}, ${AGAIN}`, reload: "restart" },
  { name: "escaper", numprocs: 6, settings: `${UP_AT_ONCE}, ${AGAIN}`, reload: "restart" },
  {
    name: "flood",
    numprocs: 4,
    settings: `${UP_AT_ONCE}, ${AGAIN}, stdout_maxbytes: 1MB`,
    reload: "restart",
  },
  {
    name: "torrent",
    numprocs: 2,
    settings: `${UP_AT_ONCE}, ${AGAIN}, stdout_maxbytes: 1MB, stdout_backups: 1`,
    reload: "anything",
  },
  { name: "mute", numprocs: 6, settings: `${UP_AT_ONCE}, ${AGAIN}`, reload: "anything" },
  { name: "brief", numprocs: 10, settings: `${UP_AT_ONCE}, ${AGAIN}`, reload: "restart" },
  { name: "dies", numprocs: 26, settings: "starttime: 1", reload: "restart" },
  { name: "fails", numprocs: 3, settings: "starttime: 1, startretries: 2", reload: "restart" },
  { name: "nowhere", numprocs: 2, settings: "startretries: 1", reload: "anything" },
  { name: "frozen", numprocs: 3, settings: `${UP_AT_ONCE}, ${SOON}`, reload: "restart" },
  { name: "terminal", numprocs: 2, settings: `${UP_AT_ONCE}, tty: true`, reload: "restart" },
  {
    name: "shared",
    numprocs: 4,
    settings: `${UP_AT_ONCE}, ${AGAIN}, stdout: out/shared.log`,
    reload: "restart",
  },
];

export const SMALL: Kind = {
  name: "small",
  numprocs: 3,
  settings: `${UP_AT_ONCE}, stdout: "disk/small-{num}.log", stdout_maxbytes: 0`,
  reload: "never",
  // The first to be stopped: they end by themselves, before anything may be killed.
  priority: PRIORITY + 1,
};

export interface ConfigurationOptions {
  readonly kinds: readonly Kind[];
  /** Where programs write how far they got. */
  readonly counts: string;
  readonly script: string;
  /** Between two bursts of a flood. */
  readonly floodPauseSeconds: number;
}

export const PADDING: string = "x".repeat(180);

/** Text of the `programs:` section; with dice, a variation of it. */
export function programsText(options: ConfigurationOptions, dice?: Random): string {
  return options.kinds.map((kind) => programText(kind, options, dice)).join("");
}

function programText(kind: Kind, options: ConfigurationOptions, dice?: Random): string {
  const { name, settings, reload } = kind;
  const isVaried = dice !== undefined && reload !== "never";
  const mayChangeNumber = isVaried && reload === "anything";
  if (mayChangeNumber && dice.chance(0.15)) return "";
  const numprocs = mayChangeNumber && dice.chance(0.3)
    ? dice.below(kind.numprocs) + 1
    : kind.numprocs;
  const salt = isVaried && dice.chance(0.15) ? dice.below(1000) : 0;
  const priority = isVaried && dice.chance(0.2) ? dice.below(1000) : kind.priority ?? PRIORITY;
  const rotation = /stdout_(maxbytes|backups)/.test(settings) ? "" : "stdout_maxbytes: 16KB";
  const script = name === "shared" ? "steady" : name;
  const command = name === "nowhere" ? "/nowhere/program" : `[sh, ${options.script}, ${script}]`;
  const env = [
    `COUNTS: ${options.counts}`,
    `PADDING: ${PADDING}`,
    `FLOOD_PAUSE: ${options.floodPauseSeconds}`,
    `SALT: ${salt}`,
  ];
  const keys = [
    `cmd: ${command}`,
    `numprocs: ${numprocs}`,
    `priority: ${priority}`,
    `env: {${env.join(", ")}}`,
    settings.includes("tty") ? "" : "stderr: discard",
    settings,
    rotation,
    // Nothing of what is counted at the end may be deleted.
    settings.includes("stdout_backups") ? "" : "stdout_backups: 10000",
  ];
  return `${name}: {${keys.filter((key) => key !== "").join(", ")}}\n`;
}

/** Makes a mistake in a valid file, for which a reload must change nothing. */
export function spoil(text: string, dice: Random): string {
  const mistakes = [
    (text: string) => text.replace("numprocs:", "numprocz:"),
    (text: string) => text.replace(/priority: \d+/, "priority: high"),
    (text: string) => text.replace(/cmd: [^}]*?, numprocs/, "numprocs"),
    (text: string) => text.replaceAll("}", ""),
    (text: string) => `${text}  broken: [\n`,
    (text: string) => text.replace("starttime: 0", "starttime: -1"),
    (text: string) => text + text,
  ];
  return dice.oneOf(mistakes)(text);
}
