/** `deno task model [core|engine|daemon] [--runs N] [--seed N] [--path P]`, the tests of tests/model. */
import { endWithUsage, readTaskWords } from "./task_words.ts";

const USAGE = "deno task model [core|engine|daemon] [--runs N] [--seed N] [--path P]";
const LEVELS = ["core", "engine", "daemon"];

const { values, positionals } = readTaskWords(USAGE, {
  allowPositionals: true,
  options: { runs: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
});

const unknown = positionals.find((level) => !LEVELS.includes(level));
if (unknown !== undefined) endWithUsage(USAGE, `no level ${JSON.stringify(unknown)}`);
const env: Record<string, string> = {};
for (const [name, value] of Object.entries(values)) {
  if (value !== undefined) env[`TASKMASTER_${name.toUpperCase()}`] = value;
}
const files = positionals.length === 0
  ? ["tests/model"]
  : positionals.map((level) => `tests/model/${level}_test.ts`);
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["test", "--frozen", "--quiet", "--allow-all", ...files],
  env,
}).spawn().status;
Deno.exitCode = code;
