/**
 * `deno task fuzz [TARGET] [--minutes N] [--seed S]`: fuzzes longer than the suite does. The input
 * that finds a defect goes into the corpus, without what the defect does not need.
 */
import { parseArgs } from "node:util";
import { keep } from "./corpus.ts";
import { TARGETS } from "./targets.ts";
import type { Job, Report } from "./worker.ts";

const MINUTE_MS = 60_000;
/** An input that is not done with after this long is said to hang. */
const HANG_MS = 60_000;
const LOOK_EVERY_MS = 1000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "5" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const names = positionals.length > 0 ? positionals : TARGETS;
const forMs = Number(values.minutes) * MINUTE_MS / names.length;
const unknown = names.find((name) => !TARGETS.includes(name));
if (unknown !== undefined) {
  say(`there is no target "${unknown}"; there are ${TARGETS.join(", ")}`);
  Deno.exit(2);
}
let failures = 0;
for (const name of names) {
  say(`${name}: seed ${seed}, ${(forMs / MINUTE_MS).toFixed(1)} minutes`);
  const report = await fuzzInWorker({ name, seed, forMs });
  if (report.failure !== null) failures++;
  say(
    `${name}: ${report.runs} inputs, ${report.behaviours} behaviours; ` +
      `${report.failure ?? "no defect"}`,
  );
}
Deno.exit(failures > 0 ? 1 : 0);

/** On a thread of its own, for one that hangs cannot say so. */
function fuzzInWorker(job: Omit<Job, "shared">): Promise<Report> {
  const shared = new SharedArrayBuffer(8 + 2 ** 20);
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const [state, bytes] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)];
  return new Promise((resolve) => {
    let [seen, seenAt] = [-1, performance.now()];
    const watchdog = setInterval(() => {
      const count = Atomics.load(state, 0);
      if (count !== seen) [seen, seenAt] = [count, performance.now()];
      if (performance.now() - seenAt < HANG_MS) return;
      const path = keep(job.name, "hangs", bytes.slice(0, Atomics.load(state, 1)));
      finish({ runs: count, behaviours: 0, failure: `hangs: ${path}` });
    }, LOOK_EVERY_MS);
    const finish = (report: Report) => {
      clearInterval(watchdog);
      worker.terminate();
      resolve(report);
    };
    worker.onmessage = ({ data }: MessageEvent<Report>) => finish(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const path = keep(job.name, "failed", bytes.slice(0, Atomics.load(state, 1)));
      const failure = `${event.message}: ${path}`;
      finish({ runs: Atomics.load(state, 0), behaviours: 0, failure });
    };
    worker.postMessage({ ...job, shared } satisfies Job);
  });
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
