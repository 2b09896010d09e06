/**
 * The whole, for as long as wanted:
 *
 *     deno task chaos [--minutes N] [--seed N] [--keep]
 *
 * The seed decides what everybody does; when it meets what is up to the machine. With --keep, or
 * after a failure, the directory with all logs stays.
 */
import { endWithUsage, readTaskWords } from "../../tools/task_words.ts";
import { runChaos } from "./run.ts";
import { describeCheck } from "./verdict.ts";

const USAGE = "deno task chaos [--minutes N] [--seed N] [--keep]";

const { values } = readTaskWords(USAGE, {
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});
const minutes = numberFrom("--minutes", values.minutes);
const seed = values.seed === undefined
  ? Math.floor(Math.random() * 2 ** 32)
  : numberFrom("--seed", values.seed);

print(`chaos for ${minutes} minutes, --seed ${seed}`);
const { checks, summary, chronicle, place } = await runChaos({ seconds: minutes * 60, seed });
const hasFailed = checks.some(({ complaints }) => complaints.length > 0);
print(`\ndone and seen:\n${summary.join("\n")}\n`);
print(checks.map(describeCheck).join("\n"));
chronicle[Symbol.dispose]();
if (values.keep || hasFailed) print(`\nwhat happened when: ${chronicle.path}`);
else await place.remove();
print(`\n${hasFailed ? "FAILED" : "passed"}, --seed ${seed}`);
Deno.exitCode = hasFailed ? 1 : 0;

function numberFrom(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0 && text.trim() !== "") return number;
  return endWithUsage(USAGE, `${option} wants a number, not ${JSON.stringify(text)}`);
}

function print(text: string): void {
  const bytes = new TextEncoder().encode(`${text}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
