/** Runs one real child through the spawner and collects what it wrote. */
import type { Program } from "../../src/core/program.ts";
import type { LeaderExit } from "../../src/ports/spawner.ts";
import { ChildStreams } from "../../src/sys/output/child_streams.ts";
import { LinuxSpawner } from "../../src/sys/process/spawn.ts";
import { loadEmulator } from "../../src/sys/tty/emulator.ts";
import { TerminalHub } from "../../src/sys/tty/terminal_hub.ts";
import { watchingStopped } from "../../src/sys/epoll.ts";
import { OutputHub } from "../../src/sys/output/output_hub.ts";
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
  const world = spawnerIn(`${directory}/state`);
  try {
    const exit = await new Promise<LeaderExit>((resolve, reject) => {
      const request = { program, num, processName, generation: 1 };
      const outcome = world.spawner.spawn(request, (exit) => {
        resolve(exit);
        if ("child" in outcome) outcome.child.release();
      });
      if ("failure" in outcome) reject(new Error(outcome.failure.message));
    });
    await world.hub.shutdown({ keepFifos: false });
    return { exit, stdout: textOf(out), stderr: textOf(err) };
  } finally {
    await world.hub.shutdown({ keepFifos: false });
    await watchingStopped();
    await Deno.remove(directory, { recursive: true });
  }
}

/** A spawner with a hub of its own, which the caller shuts down. */
export function spawnerIn(
  stateDir: string,
): { spawner: LinuxSpawner; hub: OutputHub; terminals: TerminalHub } {
  const hub = new OutputHub({
    fifoDirectory: `${stateDir}/fifo`,
    holder: null,
    onLoss: ({ reason }) => fail(reason),
    onRecovered: () => {},
    onWarning: fail,
  });
  const terminals = new TerminalHub({ stateDir, output: hub, loadEmulator, onWarning: fail });
  return {
    hub,
    terminals,
    spawner: new LinuxSpawner({
      stateDir,
      streams: new ChildStreams({ hub, terminals, onWarning: fail, copies: null }),
      withheld: () => new Set(),
    }),
  };
}

function fail(message: string): never {
  throw new Error(message);
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
