/**
 * Makes taskmaster one executable file:
 *
 *     deno task compile [--in-deno] [--output FILE]
 *
 * With Deno's runtime for compiled programs (denort) if there is one: DENORT_BIN names it, or it
 * lies beside `deno`, or it is downloaded. Otherwise, or with --in-deno, inside the `deno` binary.
 */
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { putIntoDeno } from "./executable/put_into_deno.ts";

const ROOT = new URL("../", import.meta.url).pathname;
/** docs/architecture.md says why. */
const V8_FLAGS = "--max-semi-space-size=1,--expose-gc";
/** Deno gives no less to a program that reads /proc. */
const PERMISSIONS = "--allow-all";
/** What `deno compile` says when everything is there but the runtime. */
const NO_RUNTIME = "Setting up base binary";

class CompileError extends Error {}

/** False when there is no runtime to be had. */
async function compile(output: string): Promise<boolean> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "--quiet", "--frozen", "--no-check", PERMISSIONS, `--v8-flags=${V8_FLAGS}`],
      // A cache of ours in the directory for temporary files could be planted by others.
      "--no-code-cache",
      ...["--exclude-unused-npm", "--output", output, "main.ts"],
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "inherit",
  }).output();
  if (success) return true;
  const text = new TextDecoder().decode(stderr);
  if (text.includes(NO_RUNTIME) && !Deno.env.has("DENORT_BIN")) return false;
  throw new CompileError(text.trimEnd());
}

async function compileInDeno(output: string): Promise<void> {
  const deno = await Deno.readFile(Deno.execPath());
  const executable = await putIntoDeno(deno, V8_FLAGS).catch((error: Error) => {
    throw new CompileError(`${Deno.execPath()} cannot take the program: ${error.message}`);
  });
  const temporary = `${output}.${Deno.pid}`;
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o755 });
    await new Blob([executable]).stream().pipeTo(file.writable, { preventClose: true });
    await file.sync();
    await Deno.chmod(temporary, 0o755); // whatever the umask: it is for everybody
    await Deno.rename(temporary, output);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {}); // may not even have been created
    throw error;
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { "in-deno": { type: "boolean" }, output: { type: "string" } },
  });
  const output = values.output === undefined
    ? resolve(ROOT, "dist/taskmaster")
    : resolve(values.output);
  await Deno.mkdir(dirname(output), { recursive: true });
  if (values["in-deno"] !== true && await compile(output)) {
    print(`${output}: made by deno compile`);
    return 0;
  }
  if (values["in-deno"] !== true) {
    print("no denort at hand, and it cannot be downloaded: the deno binary itself takes its place");
  }
  await compileInDeno(output);
  const megabytes = ((await Deno.stat(output)).size / 1e6).toFixed(0);
  print(`${output}: made of the deno binary, ${megabytes} MB`);
  return 0;
}

try {
  Deno.exit(await main());
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  Deno.stderr.writeSync(new TextEncoder().encode(`compile: ${error.message}\n`));
  Deno.exit(1);
}
