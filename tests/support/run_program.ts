/** Runs one real child through the spawner and collects what it wrote. */
import type { Program } from "../../src/core/program.ts";
import type { LeaderExit } from "../../src/ports/spawner.ts";
import { LinuxSpawner } from "../../src/sys/spawn.ts";
import { makeProgram } from "./make_program.ts";

export interface Finished {
  readonly exit: LeaderExit;
  readonly stdout: string;
  readonly stderr: string;
}

/** Both streams go to files of their own unless `settings` say otherwise. */
export async function runProgram(
  command: readonly string[],
  settings: Partial<Program> = {},
  num = 0,
): Promise<Finished> {
  const directory = await Deno.makeTempDir();
  const [out, err] = [`${directory}/out`, `${directory}/err`];
  const program = makeProgram({
    command,
    stdout: { kind: "file", path: out },
    stderr: { kind: "file", path: err },
    ...settings,
  });
  const processName = program.numprocs === 1 ? program.name : `${program.name}:${num}`;
  try {
    const exit = await new Promise<LeaderExit>((resolve, reject) => {
      const outcome = new LinuxSpawner("/nowhere/state").spawn({ program, num, processName, generation: 1 }, (exit) => {
        resolve(exit);
        if ("child" in outcome) outcome.child.release();
      });
      if ("failure" in outcome) reject(new Error(outcome.failure.message));
    });
    return { exit, stdout: textOf(out), stderr: textOf(err) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
