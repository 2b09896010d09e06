/** Runs the program to its end, for verbs that only print and for starts that are refused. */
import { join } from "node:path";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front of the command. */
  readonly prefix?: readonly string[];
  /** In place of what the tests start. */
  readonly executable?: string;
  /** What it reads; nothing by default. */
  readonly stdin?: string;
}

const LIMIT_MS = 20_000;

/** The program as the tests start it; a compiled one if TASKMASTER_BIN names it. */
export function taskmasterCommand(): string[] {
  const compiled = Deno.env.get("TASKMASTER_BIN");
  if (compiled) return [compiled];
  const main = join(import.meta.dirname!, "../../main.ts");
  return [Deno.execPath(), "run", "--allow-all", "--quiet", main];
}

/** Words that make who runs the tests somebody who never was root. The capability is for reading Deno's modules, which may lie in root's home. */
export const AS_NOBODY: readonly string[] = [
  "setpriv",
  // Without this access(2) would not count the capability.
  "--securebits=+no_setuid_fixup",
  "--reuid=nobody",
  "--regid=nogroup",
  "--clear-groups",
  "--inh-caps=+dac_override",
  "--ambient-caps=+dac_override",
];

/** Never more than twenty seconds: then it is killed, and the code is that of SIGKILL. */
export async function runTaskmaster(
  args: readonly string[],
  { prefix = [], env = {}, cwd, executable, stdin }: RunOptions = {},
): Promise<Ran> {
  const command = executable === undefined ? taskmasterCommand() : [executable];
  const [program = "", ...words] = [...prefix, ...command, ...args];
  const child = new Deno.Command(program, {
    args: words,
    env: { NO_COLOR: "1", ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) await new Response(stdin).body!.pipeTo(child.stdin);
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}
