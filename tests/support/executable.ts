/** The one file that taskmaster is shipped as. */
import { join } from "node:path";

const COMPILE = new URL("../../tools/compile.ts", import.meta.url).pathname;

/**
 * What TASKMASTER_BIN names, or a new one of the kind that needs nothing but Deno, in the directory.
 * Everybody may run it.
 */
export async function executableIn(directory: string): Promise<string> {
  const path = join(directory, "taskmaster");
  const built = Deno.env.get("TASKMASTER_BIN");
  if (built) {
    await Deno.copyFile(built, path);
    return path;
  }
  const args = ["run", "--quiet", "--allow-all", COMPILE, "--in-deno", "--output", path];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return path;
}
