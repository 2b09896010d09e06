/**
 * Start-up and memory of dist/taskmaster (`deno task compile`) beside `deno run main.ts`, which has
 * what Deno keeps in its cache. Taking turns in one run; the output goes nowhere.
 *
 *     deno task bench executable [ROUNDS]
 */
import { existsSync } from "node:fs";
import { machine, MAIN, median, print, untilUp } from "./measuring.ts";

const EXECUTABLE = new URL("../dist/taskmaster", import.meta.url).pathname;
const CANDIDATES = {
  "dist/taskmaster": [EXECUTABLE],
  "deno run main.ts": [Deno.execPath(), "run", "--quiet", "--allow-all", MAIN],
} as const;
type Name = keyof typeof CANDIDATES;
const NAMES = Object.keys(CANDIDATES) as Name[];
/** After the last program is up: what is only needed to start them is given back by then. */
const SETTLE_MS = 5000;

/** Milliseconds. */
async function run(name: Name, args: readonly string[], directory: string): Promise<number> {
  const [program, ...first] = CANDIDATES[name];
  const began = performance.now();
  const { success, stderr } = await new Deno.Command(program, {
    args: [...first, ...args],
    env: { XDG_RUNTIME_DIR: directory },
    stdout: "null",
  }).output();
  const ms = performance.now() - began;
  if (!success) throw new Error(`${name} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return ms;
}

async function compare(args: readonly string[], directory: string, rounds: number): Promise<void> {
  const times: Record<Name, number[]> = { "dist/taskmaster": [], "deno run main.ts": [] };
  for (const name of NAMES) await run(name, args, directory); // what is read is in memory now
  for (let round = 0; round < rounds; round++) {
    for (const name of NAMES) times[name].push(await run(name, args, directory));
  }
  const texts = NAMES.map((name) => `${name} ${median(times[name]).toFixed(0)} ms`);
  print(`  ${args[0]!.padEnd(11)} ${texts.join(", ")}`);
}

/** "Pss" counts pages of files as well, divided by how many share them. */
function mib(pid: number, key: "Pss" | "Pss_Anon"): string {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return `${(Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(text)?.[1]) / 1024).toFixed(1)} MiB`;
}

/** Calls `use` while the candidate supervises ten programs, and prints its memory. */
async function supervising(name: Name, config: string, use: () => Promise<void>): Promise<void> {
  const [program, ...first] = CANDIDATES[name];
  const allowRoot = Deno.uid() === 0 ? ["--allow-root"] : [];
  const v8 = name === "dist/taskmaster" ? {} : { DENO_V8_FLAGS: "--max-semi-space-size=1" };
  const child = new Deno.Command(program, {
    args: [...first, ...allowRoot, "-c", config],
    ...{ env: v8, stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  try {
    await untilUp(child.pid, 10);
    await use();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const [all, own] = [mib(child.pid, "Pss"), mib(child.pid, "Pss_Anon")];
    print(`  ${name} with ten programs: PSS ${all}, of that its own ${own}`);
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

if (!existsSync(EXECUTABLE)) throw new Error("deno task compile makes what is measured here");
const rounds = Number(Deno.args[0] ?? 21);
const directory = await Deno.makeTempDir({ dir: "/dev/shm" });
try {
  const user = Deno.uid() === 0 ? ", user: root" : "";
  const config = `${directory}/conf.yaml`;
  await Deno.writeTextFile(
    config,
    `taskmaster: {state_dir: ${directory}/state, logdir: ${directory}/log}\n` +
      `programs: {w: {cmd: sleep 1000, starttime: 0, numprocs: 10${user}}}\n`,
  );
  const { size } = await Deno.stat(EXECUTABLE);
  print(`${await machine()}, Deno ${Deno.version.deno}`);
  print(`size of dist/taskmaster ${(size / 1e6).toFixed(1)} MB; medians of ${rounds}`);
  await compare(["completions", "bash"], directory, rounds);
  await compare(["--version"], directory, rounds);
  await compare(["init"], directory, rounds);
  await supervising("dist/taskmaster", config, async () => {
    await compare(["status", "--socket", `${directory}/state/control.sock`], directory, rounds);
  });
  await supervising("deno run main.ts", config, async () => {});
} finally {
  await Deno.remove(directory, { recursive: true });
}
