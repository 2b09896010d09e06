/**
 * Memory of the supervisor for each captured program: taskmaster beside supervisord, each with no
 * program, with one and with many, in one run. What the first one costs is code that is loaded for
 * it; the others tell what each costs. PSS of the supervisor itself and of what it starts for its
 * own use, not of the programs.
 *
 *     deno task bench memory [PROGRAMS]
 */
import { existsSync } from "node:fs";
import { childrenOf, isProgram, MAIN, print, untilUp } from "./measuring.ts";

const SUPERVISORD = Deno.env.get("SUPERVISORD") ?? "/usr/bin/supervisord";
/** As in the task "start" (deno.json); docs/architecture.md says why. */
const V8_FLAGS = "--v8-flags=--max-semi-space-size=1";
/** After the last program is up: what is only needed to start them is given back by then. */
const SETTLE_MS = 5000;

interface Candidate {
  readonly name: string;
  /** Writes what it needs into the directory and gives its command line. */
  prepare(directory: string, programs: number): string[];
}

const TASKMASTER: Candidate = {
  name: "taskmaster",
  prepare(directory, programs) {
    const isRoot = Deno.uid() === 0;
    const user = isRoot ? ", user: root" : "";
    const program = programs === 0
      ? `{cmd: sleep 1000, autostart: false${user}}`
      : `{cmd: sleep 1000, numprocs: ${programs}${user}}`;
    const config = `taskmaster: {state_dir: ${directory}/state, logdir: ${directory}/log}\n` +
      `programs: {w: ${program}}\n`;
    Deno.writeTextFileSync(`${directory}/conf.yaml`, config);
    const options = [...(isRoot ? ["--allow-root"] : []), "-c", `${directory}/conf.yaml`];
    return [Deno.execPath(), "run", "--allow-all", V8_FLAGS, MAIN, ...options];
  },
};

const SUPERVISOR: Candidate = {
  name: "supervisord",
  prepare(directory, programs) {
    const program =
      "[program:w]\ncommand=sleep 1000\nprocess_name=%(program_name)s_%(process_num)d\n";
    const config = "[supervisord]\nnodaemon=true\nminfds=20000\n" +
      (Deno.uid() === 0 ? "user=root\n" : "") +
      `logfile=${directory}/s.log\npidfile=${directory}/s.pid\nchildlogdir=${directory}\n` +
      (programs === 0 ? "" : `${program}numprocs=${programs}\n`);
    Deno.writeTextFileSync(`${directory}/s.conf`, config);
    return [SUPERVISORD, "-c", `${directory}/s.conf`];
  },
};

function pssKib(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function measure(candidate: Candidate, programs: number): Promise<number> {
  const directory = await Deno.makeTempDir({ dir: "/dev/shm" });
  const [command = "", ...args] = candidate.prepare(directory, programs);
  const child = new Deno.Command(command, {
    ...{ args, stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  try {
    await untilUp(child.pid, programs);
    await pause(SETTLE_MS);
    const own = childrenOf(child.pid).filter((pid) => !isProgram(pid));
    return [child.pid, ...own].map(pssKib).reduce((sum, kib) => sum + kib, 0);
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(directory, { recursive: true });
  }
}

const programs = Number(Deno.args[0] ?? 1000); // at least 2
print(`PSS with 0, 1 and ${programs} programs, both streams captured, Deno ${Deno.version.deno}`);
for (const candidate of [TASKMASTER, SUPERVISOR]) {
  if (candidate === SUPERVISOR && !existsSync(SUPERVISORD)) {
    print("supervisord is not installed (Debian package supervisor)");
    continue;
  }
  const none = await measure(candidate, 0);
  const one = await measure(candidate, 1);
  const many = await measure(candidate, programs);
  const each = ((many - one) / (programs - 1)).toFixed(1);
  const sums = `${none} KiB, ${one} KiB, ${many} KiB`;
  print(`  ${candidate.name.padEnd(12)} ${sums}: ${each} KiB for each further program`);
}
