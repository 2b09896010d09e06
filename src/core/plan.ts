/** What a reload would do, as data: the smallest change from one configuration to another. */
import type { Configuration, DaemonSettings } from "./configuration.ts";
import type { HttpSettings } from "./http_settings.ts";
import { compareByName, processName } from "./name.ts";
import type { Program } from "./program.ts";
import type { Process } from "./state.ts";

export type ProcessChange =
  /** `keys` are taken over without touching the process. */
  | { readonly kind: "update"; readonly keys: readonly string[] }
  /** `keys` are why the child has to be replaced. */
  | { readonly kind: "restart"; readonly keys: readonly string[] }
  /** `keys` of a process that is not wanted up: taken over, nothing is started. */
  | { readonly kind: "update_at_rest"; readonly keys: readonly string[] }
  | { readonly kind: "add"; readonly start: boolean }
  | { readonly kind: "remove" };

export interface PlannedProcess {
  readonly program: string;
  readonly num: number;
  /** By the new configuration; by the old one for a process that is removed. */
  readonly name: string;
  readonly change: ProcessChange;
}

export interface PlannedAlert {
  readonly name: string;
  readonly change: "add" | "update" | "remove";
}

export interface Plan {
  /** Only what changes, in the order of names. */
  readonly changes: readonly PlannedProcess[];
  readonly unchanged: number;
  /** Keys of `taskmaster:` that differ and take effect only when taskmaster is started again. */
  readonly needsDaemonRestart: readonly string[];
  /** Keys of `taskmaster:` that are taken over at once. */
  readonly daemonUpdates: readonly string[];
  /** Only what changes; all of it at once. */
  readonly alerts: readonly PlannedAlert[];
}

type OnReload = "live" | "restart";

/** Each setting's key in the file, and whether a running child can be left alone when it changes. */
const PROGRAM_KEYS: {
  readonly [K in Exclude<keyof Program, "name" | "numprocs">]: readonly [string, OnReload];
} = {
  command: ["cmd", "restart"],
  autostart: ["autostart", "live"],
  autorestart: ["autorestart", "live"],
  exitcodes: ["exitcodes", "live"],
  startretries: ["startretries", "live"],
  starttimeMs: ["starttime", "live"],
  stopsignal: ["stopsignal", "live"],
  stoptimeMs: ["stoptime", "live"],
  stopasgroup: ["stopasgroup", "live"],
  killasgroup: ["killasgroup", "live"],
  stdout: ["stdout", "restart"],
  stderr: ["stderr", "restart"],
  stdoutRotation: ["stdout_maxbytes, stdout_backups", "live"],
  stderrRotation: ["stderr_maxbytes, stderr_backups", "live"],
  env: ["env", "restart"],
  workingdir: ["workingdir", "restart"],
  umask: ["umask", "restart"],
  user: ["user", "restart"],
  priority: ["priority", "live"],
  tty: ["tty", "restart"],
  essential: ["essential", "live"],
  copyOutput: ["copy_output", "restart"],
  fatalStateReportAddress: ["fatal_state_report_address", "live"],
};

const DAEMON_KEYS: {
  readonly [K in Exclude<keyof DaemonSettings, "http">]: readonly [string, OnReload];
} = {
  name: ["name", "restart"],
  user: ["user", "restart"],
  umask: ["umask", "restart"],
  workingdir: ["workingdir", "restart"],
  stateDir: ["state_dir", "restart"],
  logdir: ["logdir", "restart"],
  logfile: ["logfile", "restart"],
  loglevel: ["loglevel", "live"],
  logFormat: ["log_format", "live"],
  logfileMaxBytes: ["logfile_maxbytes", "live"],
  logfileBackups: ["logfile_backups", "live"],
  pidfile: ["pidfile", "restart"],
  socket: ["socket", "restart"],
  socketMode: ["socket_mode", "restart"],
  shutdownTimeoutMs: ["shutdown_timeout", "live"],
  onFatal: ["on_fatal", "live"],
};

const HTTP_KEYS: { readonly [K in keyof HttpSettings]: readonly [string, OnReload] } = {
  listen: ["http.listen", "restart"],
  users: ["http.users", "live"],
  tokens: ["http.tokens", "live"],
  hosts: ["http.hosts", "live"],
};

/** What of a process a plan depends on. */
type Known = Pick<Process, "program" | "num" | "wish">;

/** `processes` are those of the old configuration. */
export function planReload(
  old: Configuration,
  next: Configuration,
  processes: Iterable<Known>,
): Plan {
  const changes: PlannedProcess[] = [];
  let unchanged = 0;
  const known = new Map<string, Set<number>>();
  for (const process of processes) {
    numbersOf(known, process.program).add(process.num);
    const change = changeOf(process, old.programs, next.programs);
    if (change === null) unchanged++;
    else changes.push(planned(process.program, process.num, old, next, change));
  }
  for (const program of next.programs.values()) {
    const numbers = numbersOf(known, program.name);
    for (let num = 0; num < program.numprocs; num++) {
      if (numbers.has(num)) continue;
      const change = { kind: "add", start: program.autostart } as const;
      changes.push(planned(program.name, num, old, next, change));
    }
  }
  const daemon = [
    ...changedKeys(DAEMON_KEYS, old.daemon, next.daemon),
    ...changedHttpKeys(old.daemon.http, next.daemon.http),
  ];
  return {
    changes: changes.sort(compareByName),
    unchanged,
    needsDaemonRestart: keysWith("restart", daemon),
    daemonUpdates: keysWith("live", daemon),
    alerts: planAlerts(old.alerts, next.alerts),
  };
}

function planAlerts(old: Configuration["alerts"], next: Configuration["alerts"]): PlannedAlert[] {
  const planned: PlannedAlert[] = [];
  for (const [name, settings] of next) {
    const before = old.get(name);
    if (before === undefined) planned.push({ name, change: "add" });
    else if (!isSame(before, settings)) planned.push({ name, change: "update" });
  }
  for (const name of old.keys()) if (!next.has(name)) planned.push({ name, change: "remove" });
  return planned;
}

export function isEmptyPlan(plan: Plan): boolean {
  return plan.changes.length === 0 && plan.daemonUpdates.length === 0 &&
    plan.needsDaemonRestart.length === 0 && plan.alerts.length === 0;
}

function numbersOf(known: Map<string, Set<number>>, program: string): Set<number> {
  let numbers = known.get(program);
  if (numbers === undefined) known.set(program, numbers = new Set());
  return numbers;
}

function planned(
  program: string,
  num: number,
  old: Configuration,
  next: Configuration,
  change: ProcessChange,
): PlannedProcess {
  const settings = (change.kind === "remove" ? old : next).programs.get(program);
  return { program, num, name: processName(program, num, settings?.numprocs ?? 1), change };
}

function changeOf(
  process: Known,
  oldPrograms: ReadonlyMap<string, Program>,
  nextPrograms: ReadonlyMap<string, Program>,
): ProcessChange | null {
  const next = nextPrograms.get(process.program);
  if (next === undefined || process.num >= next.numprocs) return { kind: "remove" };
  const old = oldPrograms.get(process.program);
  if (old === undefined) return null;
  const changed = changedKeys(PROGRAM_KEYS, old, next);
  const keys = changed.map(([key]) => key);
  if (keys.length === 0) return null;
  if (!changed.some(([, onReload]) => onReload === "restart")) return { kind: "update", keys };
  // What an operator stopped stays stopped; a FATAL or finished process that is wanted is tried anew.
  if (process.wish === "down") return { kind: "update_at_rest", keys };
  return { kind: "restart", keys };
}

/** Whether a child that was started with the old settings has to be replaced. */
export function needsNewChild(old: Program, next: Program): boolean {
  return changedKeys(PROGRAM_KEYS, old, next).some(([, onReload]) => onReload === "restart");
}

/** A server that is not there yet, or no longer, is a matter of the next start. */
function changedHttpKeys(
  old: HttpSettings | null,
  next: HttpSettings | null,
): (readonly [string, OnReload])[] {
  if (old !== null && next !== null) return changedKeys(HTTP_KEYS, old, next);
  return old === next ? [] : [["http", "restart"]];
}

function changedKeys<T extends object>(
  table: { readonly [K in keyof T]?: readonly [string, OnReload] },
  old: T,
  next: T,
): (readonly [string, OnReload])[] {
  const changed: (readonly [string, OnReload])[] = [];
  for (const field of Object.keys(table) as (keyof T & string)[]) {
    const entry = table[field];
    if (entry !== undefined && !isSame(old[field], next[field])) changed.push(entry);
  }
  return changed;
}

function keysWith(wanted: OnReload, changed: readonly (readonly [string, OnReload])[]): string[] {
  return changed.filter(([, onReload]) => onReload === wanted).map(([key]) => key);
}

/** Equality of plain settings; the order of keys does not count, that of list items does. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]));
}

/** One line for the log: "2 restarted (web:0, web:1), 1 added (db), 3 unchanged". */
export function summarisePlan(plan: Plan): string {
  const parts: string[] = [];
  for (const [kind, verb] of SUMMARY_VERBS) {
    const names = plan.changes.filter(({ change }) => change.kind === kind).map(({ name }) => name);
    if (names.length > 0) parts.push(`${names.length} ${verb} (${shorten(names)})`);
  }
  if (plan.daemonUpdates.length > 0) {
    parts.push(`settings updated (${plan.daemonUpdates.join(", ")})`);
  }
  if (plan.alerts.length > 0) {
    parts.push(`alerts updated (${shorten(plan.alerts.map(({ name }) => name))})`);
  }
  parts.push(`${plan.unchanged} unchanged`);
  return parts.join(", ");
}

const SUMMARY_VERBS: readonly (readonly [ProcessChange["kind"], string])[] = [
  ["restart", "restarted"],
  ["add", "added"],
  ["remove", "removed"],
  ["update", "updated in place"],
  ["update_at_rest", "updated, not running"],
];

function shorten(names: readonly string[]): string {
  const shown = 10;
  if (names.length <= shown) return names.join(", ");
  return `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}
