/** The entry: words in, exit code out. */
import { run } from "./src/modes/run.ts";

Deno.exit(await run(Deno.args));
