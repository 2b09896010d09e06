/** Words after `deno task NAME`: usage for who asks, or writes what cannot be read. */
import { parseArgs, type ParseArgsConfig } from "node:util";

/** As `parseArgs`, with `--help`; ends the program after the usage. */
export function readTaskWords<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
    Deno.stdout.writeSync(new TextEncoder().encode(`usage: ${usage}\n`));
    Deno.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return endWithUsage(usage, error.message);
  }
}

/** Exit code 2, as for any other usage that is wrong. */
export function endWithUsage(usage: string, complaint: string): never {
  Deno.stderr.writeSync(new TextEncoder().encode(`${complaint}\nusage: ${usage}\n`));
  Deno.exit(2);
}
