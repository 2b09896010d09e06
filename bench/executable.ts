/** The compiled executable beside `deno run main.ts`: what their start and their memory cost. */
import { monotonicMs } from "./monotonic.ts";
import { checkout, taskmaster, type TaskmasterPeer } from "./peers/taskmaster.ts";
import { figureOf } from "./questions/question.ts";
import { memory } from "./questions/memory.ts";
import { status } from "./questions/status.ts";
import { print, runCommand } from "./run_command.ts";
import { runStage, type World } from "./run_stages.ts";

export const KINDS: readonly TaskmasterPeer[] = [taskmaster, checkout];

const CLIENTS = [["completions", "bash"], ["--version"], ["init"]];
const TIMES = 9;

/** Puts what it measures into the results of the world. */
export async function measureExecutable(world: World): Promise<void> {
  print("the executable: start of clients");
  for (const args of CLIENTS) await measureClient(world, args);
  const stage = { programs: 10, mode: "wait", rounds: 1, questions: [memory, status] } as const;
  await runStage({ ...world, peers: KINDS }, stage, stage.rounds);
}

async function measureClient({ results, place }: World, args: readonly string[]): Promise<void> {
  const figure = figureOf(`\`taskmaster ${args.join(" ")}\``, "ms");
  for (let time = 0; time <= TIMES; time++) {
    for (const { name, run } of KINDS) {
      const began = monotonicMs();
      await runCommand([...run, ...args], { cwd: place });
      // The first one reads its files from the disk.
      if (time > 0) results.add(name, [{ figure, value: monotonicMs() - began }]);
    }
  }
}
