/** Run as a process of its own: taskmaster in a directory that has been removed. */
import { run } from "../../src/modes/run.ts";

const directory = Deno.makeTempDirSync();
Deno.chdir(directory);
Deno.removeSync(directory);
Deno.exit(await run(Deno.args));
