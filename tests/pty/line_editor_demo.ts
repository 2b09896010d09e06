/** Starts line_editor_program.ts and knows what it looks like. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Pty, spawnInPty, type SpawnInPtyOptions } from "../support/pty.ts";

const PROGRAM = join(import.meta.dirname!, "line_editor_program.ts");
const CHECK_MS = 10;
const LIMIT_MS = 20_000;

/** As an argument list, for a test that starts it in its own way. */
export const DEMO_COMMAND: readonly string[] = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--allow-all",
  PROGRAM,
];

export interface Demo extends AsyncDisposable {
  readonly pty: Pty;
  /** Created for the test, removed after it. */
  readonly directory: string;
  /** The lines that the program reported, without its ticks and its pid. */
  report(): string[];
  /** Of the program itself, which may be a job of the shell on the terminal; 0 = not known yet. */
  pid(): number;
  /** How often the program's timer has fired. */
  ticks(): number;
  /** Resolves when `holds`; for what the terminal does not show. */
  until(holds: () => boolean): Promise<void>;
}

/** Resolves when the demo waits for its first key, unless the terminal is stuck. */
export async function startDemo(
  options: SpawnInPtyOptions & { command?: readonly string[] } = {},
): Promise<Demo> {
  const directory = await Deno.makeTempDir({ prefix: "line_editor_" });
  const reportPath = join(directory, "report");
  await Deno.writeTextFile(reportPath, "");
  const env = { HISTORY: join(directory, "history"), ...options.env, REPORT: reportPath };
  const pty = spawnInPty(options.command ?? DEMO_COMMAND, { ...options, env });
  const lines = (): string[] => readFileSync(reportPath, "utf8").split("\n").slice(0, -1);
  const pid = (): number =>
    Number(lines().find((line) => line.startsWith("pid "))?.split(" ")[1] ?? 0);
  const demo: Demo = {
    pty,
    directory,
    report: () => lines().filter((line) => !/^(tick|pid) /.test(line)),
    pid,
    ticks: () => lines().filter((line) => line.startsWith("tick ")).length,
    until: (holds) => waitUntil(holds, () => `${lines().slice(-20)}\n${pty.describe()}`),
    [Symbol.asyncDispose]: async () => {
      killIfAlive(pid());
      await pty[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
  if (options.command === undefined && !options.isStuck) await pty.waitFor(/demo>$/);
  return demo;
}

function killIfAlive(pid: number): void {
  try {
    if (pid > 0) Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Nothing tells when a file or /proc changes in time for a test, so it is looked at often. */
export async function waitUntil(holds: () => boolean, describe: () => string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited ${LIMIT_MS} ms\n${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

/** The letter that /proc has for the state of a process: R, S, T (stopped), Z. */
export function processState(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
}
