/** `deno task model [core|engine|daemon] [--runs N] [--seed N] [--path P]`, the tests of tests/model. */
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
});

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
