/**
 * What a client costs: wall time of `taskmaster status` beside `supervisorctl status`, with few and
 * with many processes. All in one run, taking turns; the output goes nowhere.
 *
 *     deno task bench control [ROUNDS]
 */
import { existsSync } from "node:fs";
import { machine, MAIN, median, print, untilUp } from "./measuring.ts";

/** Other places than those of the Debian package can be given in the environment. */
const SUPERVISORD = Deno.env.get("SUPERVISORD") ?? "/usr/bin/supervisord";
const SUPERVISORCTL = Deno.env.get("SUPERVISORCTL") ?? "/usr/bin/supervisorctl";
const COUNTS = [10, 1000];
const NAME = "bench";

interface Place {
  readonly directory: string;
  readonly programs: number;
}

interface Client {
  readonly name: string;
  readonly command: readonly string[];
}

interface Server {
  readonly command: readonly string[];
  readonly clients: readonly Client[];
}

/** As a user starts it from the checkout, and as scripts in which all modules are put together. */
function taskmaster({ directory, programs }: Place, bundles: string): Server {
  const user = Deno.uid() === 0 ? ", user: root" : "";
  const config = `taskmaster: {state_dir: ${directory}/taskmaster/${NAME}, ` +
    `logdir: ${directory}/log}\n` +
    `programs: {w: {cmd: sleep 1000, starttime: 0, numprocs: ${programs}${user}}}\n`;
  Deno.writeTextFileSync(`${directory}/conf.yaml`, config);
  const run = [Deno.execPath(), "run", "--allow-all", "--quiet"];
  const allowRoot = Deno.uid() === 0 ? ["--allow-root"] : [];
  const status = ["--name", NAME, "status"];
  return {
    command: [...run, MAIN, "daemon", "--foreground", ...allowRoot, "-c", `${directory}/conf.yaml`],
    clients: [
      { name: "taskmaster, checkout", command: [...run, MAIN, ...status] },
      {
        name: "taskmaster, bundle in parts",
        command: [...run, `${bundles}/parts/main.js`, ...status],
      },
      { name: "taskmaster, bundle", command: [...run, `${bundles}/main.js`, ...status] },
    ],
  };
}

function supervisor({ directory, programs }: Place): Server {
  const socket = `${directory}/s.sock`;
  const config = "[supervisord]\nnodaemon=true\nminfds=20000\n" +
    (Deno.uid() === 0 ? "user=root\n" : "") +
    `logfile=${directory}/s.log\npidfile=${directory}/s.pid\nchildlogdir=${directory}\n` +
    `[unix_http_server]\nfile=${socket}\n` +
    `[supervisorctl]\nserverurl=unix://${socket}\n` +
    "[rpcinterface:supervisor]\n" +
    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n" +
    `[program:w]\ncommand=sleep 1000\nstartsecs=0\nnumprocs=${programs}\n` +
    "process_name=%(program_name)s_%(process_num)d\n";
  Deno.writeTextFileSync(`${directory}/s.conf`, config);
  const options = ["-c", `${directory}/s.conf`];
  return {
    command: [SUPERVISORD, ...options],
    clients: [{ name: "supervisorctl", command: [SUPERVISORCTL, ...options, "status"] }],
  };
}

async function run(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, { args, env, stdin: "null" });
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${command.join(" ")} failed: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Into `directory`: main.js, and parts/main.js, which loads the others as it wants them. */
async function bundle(directory: string): Promise<void> {
  const command = [Deno.execPath(), "bundle", "--quiet", "--platform", "deno"];
  await run([...command, "-o", `${directory}/main.js`, MAIN]);
  await run([...command, "--code-splitting", "--outdir", `${directory}/parts`, MAIN]);
}

/** Milliseconds. */
async function measure({ name, command }: Client, { directory, programs }: Place): Promise<number> {
  const began = performance.now();
  const output = await run(command, { XDG_RUNTIME_DIR: directory });
  const ms = performance.now() - began;
  const lines = output.trimEnd().split("\n").filter((line) => line.includes("RUNNING"));
  if (lines.length !== programs) throw new Error(`${name} shows ${lines.length} processes`);
  return ms;
}

async function withServer(server: Server, programs: number, use: () => Promise<void>) {
  const [program = "", ...args] = server.command;
  const child = new Deno.Command(program, {
    ...{ args, stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  try {
    await untilUp(child.pid, programs);
    await use();
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

async function compare(programs: number, rounds: number, bundles: string): Promise<void> {
  const directory = await Deno.makeTempDir({ dir: "/dev/shm" });
  const place = { directory, programs };
  const ours = taskmaster(place, bundles);
  const theirs = existsSync(SUPERVISORCTL) ? supervisor(place) : null;
  const clients = [...ours.clients, ...theirs?.clients ?? []];
  const times = new Map<Client, number[]>(clients.map((client) => [client, []]));
  const takeTurns = async () => {
    for (const client of clients) await measure(client, place); // what is read is in memory now
    for (let round = 0; round < rounds; round++) {
      for (const client of clients) times.get(client)!.push(await measure(client, place));
    }
  };
  try {
    await withServer(ours, programs, async () => {
      if (theirs === null) return await takeTurns();
      await withServer(theirs, programs, takeTurns);
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  print(`\n${programs} processes, medians of ${rounds}`);
  const reference = theirs === null ? null : median(times.get(theirs.clients[0]!)!);
  for (const [{ name }, all] of times) {
    const ms = median(all);
    const ratio = reference === null ? "" : `   ${(ms / reference).toFixed(2)} × supervisorctl`;
    print(`  ${name.padEnd(28)} ${ms.toFixed(0).padStart(5)} ms${ratio}`);
  }
}

const rounds = Number(Deno.args[0] ?? 21);
const isInstalled = existsSync(SUPERVISORCTL);
print(await machine());
const version = isInstalled
  ? `supervisor ${(await run([SUPERVISORD, "--version"])).trim()}`
  : "supervisorctl is not installed (Debian package supervisor)";
print(`Deno ${Deno.version.deno}, ${version}`);
const bundles = await Deno.makeTempDir({ dir: "/dev/shm" });
try {
  await bundle(bundles);
  for (const programs of COUNTS) await compare(programs, rounds, bundles);
} finally {
  await Deno.remove(bundles, { recursive: true });
}
