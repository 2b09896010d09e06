/**
 * How fast output gets from a program into its log, and what that costs the one who moves it:
 * taskmaster beside `program | cat >file` and, where it is installed, supervisord. All in one run,
 * taking turns, on a file system in memory.
 *
 *     deno task bench output [GIBIBYTES] [ROUNDS]
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import process from "node:process";
import { FifoHolder } from "../src/sys/output/fifo_holder.ts";
import { OutputHub } from "../src/sys/output/output_hub.ts";
import { machine, median, print } from "./measuring.ts";

const MEBIBYTE = 1_048_576;
/** Another place than that of the Debian package can be given in the environment. */
const SUPERVISORD = Deno.env.get("SUPERVISORD") ?? "/usr/bin/supervisord";
const SELF = import.meta.filename!;

interface Measured {
  readonly name: string;
  readonly writeBytes: number;
  readonly seconds: number;
  /** User and system time of the capturing process. */
  readonly cpuSeconds: number;
}

interface Work {
  readonly directory: string;
  readonly writeBytes: number;
  readonly totalBytes: number;
}

/** The program: writes lines as fast as they are taken, and tells when it began. */
function produce({ directory, writeBytes, totalBytes }: Work): void {
  const line = new TextEncoder().encode(`2026-11-20 11:15:00.123 INFO web:0 ${"x".repeat(28)}\n`);
  const block = Uint8Array.from({ length: writeBytes }, (_, index) => line[index % line.length]!);
  Deno.writeTextFileSync(`${directory}/began`, String(Date.now()));
  for (let left = totalBytes; left > 0;) {
    left -= Deno.stdout.writeSync(left < writeBytes ? block.subarray(0, left) : block);
  }
}

function workArguments(work: Work): string[] {
  return [work.directory, String(work.writeBytes), String(work.totalBytes)];
}

function producer(work: Work): string[] {
  return [Deno.execPath(), "run", "--allow-all", SELF, "produce", ...workArguments(work)];
}

/** Runs in a process of its own; prints the end and the processor time it took. */
async function captureWithTaskmaster(work: Work): Promise<void> {
  const { directory, totalBytes } = work;
  const fifoDirectory = `${directory}/fifo`;
  const warn = (message: string) => print(message);
  const holder = FifoHolder.start({ directory: fifoDirectory, onEnded: () => warn("holder gone") });
  const hub = new OutputHub({
    fifoDirectory,
    holder,
    onWarning: warn,
    onLoss: ({ bytes, reason }) => warn(`lost ${bytes}: ${reason}`),
    onRecovered: () => {},
  });
  const target = { path: `${directory}/log`, maxBytes: 0, backups: 0 };
  const fifo = hub.open("bench.0.stdout", target);
  const before = process.cpuUsage();
  const [args, lateness] = [["-c", 'exec "$@" 1<>"$0"', fifo, ...producer(work)], watchLateness()];
  const child = new Deno.Command("/bin/sh", { args, stdin: "null", detached: true }).spawn();
  await child.status;
  await hub.drain("bench.0.stdout", { limitMs: 60_000 });
  const cpu = process.cpuUsage(before);
  const ended = Date.now();
  if (await sizeOf(target.path) !== totalBytes) throw new Error("the log is incomplete");
  await hub.shutdown({ keepFifos: false });
  await holder.quit();
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  print(JSON.stringify({ ended, cpuSeconds, lateMs: lateness() }));
}

/** Gives the function that tells how late the event loop was, 99 of 100 times. */
function watchLateness(): () => number {
  const late: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(now - last - 10);
    last = now;
  }, 10);
  return () => {
    clearInterval(timer);
    return late.sort((a, b) => a - b)[Math.floor(late.length * 0.99)] ?? 0;
  };
}

async function run(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const command = new Deno.Command(args[0]!, { args: args.slice(1), stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${args[0]} failed: ${text.decode(stderr)}`);
  return { stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function began(directory: string): Promise<number> {
  return Number(await Deno.readTextFile(`${directory}/began`));
}

async function measureTaskmaster(work: Work): Promise<Measured> {
  const capture = [Deno.execPath(), "run", "--allow-all", SELF, "capture", ...workArguments(work)];
  const { stdout } = await run(capture);
  const { ended, cpuSeconds, lateMs } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  print(`    event loop late by ${lateMs.toFixed(1)} ms (99th percentile)`);
  const seconds = (ended - await began(work.directory)) / 1000;
  return { name: "taskmaster", writeBytes: work.writeBytes, seconds, cpuSeconds };
}

async function measureCat(work: Work): Promise<Measured> {
  const script = `TIMEFORMAT="%U %S"; log=$1; shift; "$@" | { time cat >"$log"; }`;
  const args = ["/bin/bash", "-c", script, "bash", `${work.directory}/log`, ...producer(work)];
  const { stderr } = await run(args);
  const seconds = (Date.now() - await began(work.directory)) / 1000;
  const [user, system] = stderr.trim().split(" ").map(Number);
  return { name: "cat", writeBytes: work.writeBytes, seconds, cpuSeconds: user! + system! };
}

async function measureSupervisord(work: Work): Promise<Measured> {
  const { directory, totalBytes, writeBytes } = work;
  const log = `${directory}/log`;
  const configuration = `[supervisord]
nodaemon=true
user=root
logfile=/dev/null
logfile_maxbytes=0
pidfile=${directory}/pid
[program:bench]
command=${producer(work).join(" ")}
autorestart=false
startsecs=0
stdout_logfile=${log}
stdout_logfile_maxbytes=0
`;
  await Deno.writeTextFile(`${directory}/supervisord.conf`, configuration);
  const args = ["-c", `${directory}/supervisord.conf`];
  const command = new Deno.Command(SUPERVISORD, { args, stdin: "null", stdout: "null" });
  const child = command.spawn();
  while (await sizeOf(log) < totalBytes) await new Promise((done) => setTimeout(done, 5));
  const seconds = (Date.now() - await began(directory)) / 1000;
  const stat = await Deno.readTextFile(`/proc/${child.pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  child.kill("SIGTERM");
  await child.status;
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / 100; // ticks (USER_HZ)
  return { name: "supervisord", writeBytes, seconds, cpuSeconds };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch {
    return 0;
  }
}

async function measure(one: (work: Work) => Promise<Measured>, work: Omit<Work, "directory">) {
  const directory = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "taskmaster-bench-" });
  try {
    const measured = await one({ ...work, directory });
    print(`  ${describe(measured, work.totalBytes)}`);
    return measured;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function describe({ name, seconds, cpuSeconds }: Measured, totalBytes: number): string {
  const rate = (totalBytes / MEBIBYTE / seconds).toFixed(0).padStart(5);
  const cost = (cpuSeconds / (totalBytes / MEBIBYTE / 1024)).toFixed(2);
  return `${name.padEnd(12)} ${rate} MiB/s  ${cost} CPU s/GiB`;
}

function summarize(all: readonly Measured[], totalBytes: number): void {
  for (const writeBytes of new Set(all.map((one) => one.writeBytes))) {
    print(`\nmedians, writes of ${writeBytes / 1024} KiB`);
    const names = [...new Set(all.map(({ name }) => name))];
    const rows = names.map((name) => {
      const mine = all.filter((one) => one.name === name && one.writeBytes === writeBytes);
      const seconds = median(mine.map((one) => one.seconds));
      const cpuSeconds = median(mine.map((one) => one.cpuSeconds));
      return { name, writeBytes, seconds, cpuSeconds };
    });
    const cat = rows.find(({ name }) => name === "cat")!;
    for (const row of rows) {
      const rate = (cat.seconds / row.seconds).toFixed(2);
      const cost = (row.cpuSeconds / cat.cpuSeconds).toFixed(2);
      print(`  ${describe(row, totalBytes)}   × cat: rate ${rate}, CPU ${cost}`);
    }
  }
}

async function isInstalled(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(() => true, () => false);
}

async function compare(gibibytes: number, rounds: number): Promise<void> {
  const candidates = [measureTaskmaster, measureCat];
  const hasSupervisord = await isInstalled(SUPERVISORD);
  if (hasSupervisord) candidates.push(measureSupervisord);
  print(await machine());
  print(
    `Deno ${Deno.version.deno}, ${(await run(["cat", "--version"])).stdout.split("\n")[0]}`,
  );
  const version = hasSupervisord ? (await run([SUPERVISORD, "--version"])).stdout.trim() : "none";
  print(`supervisord ${version}; ${gibibytes} GiB each, ${rounds} rounds`);
  const totalBytes = gibibytes * 1024 * MEBIBYTE;
  const all: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const writeBytes of [4096, 65_536]) {
      print(`\nround ${round}, writes of ${writeBytes / 1024} KiB`);
      for (const one of candidates) all.push(await measure(one, { writeBytes, totalBytes }));
    }
  }
  summarize(all, totalBytes);
}

const [verb, ...rest] = Deno.args;
const work = {
  directory: rest[0] ?? "",
  writeBytes: Number(rest[1]),
  totalBytes: Number(rest[2]),
};
if (verb === "produce") produce(work);
else if (verb === "capture") await captureWithTaskmaster(work);
else await compare(Number(verb ?? 2), Number(rest[0] ?? 5));
