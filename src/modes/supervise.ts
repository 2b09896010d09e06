/** Supervises: in the foreground with a shell when a person sits at the terminal, or as a daemon. */
import type { StartTask } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { isAtLeast } from "../core/record.ts";
import { letGoOfOutput } from "../sys/let_go_of_output.ts";
import { collectGarbage, returnMemory } from "../sys/return_memory.ts";
import { READY } from "./daemon_ready.ts";
import { echoOnStderr } from "./echo.ts";
import { type OutputUse, RunningSupervisor } from "./running_supervisor.ts";
import { ShellSeat } from "./shell_seat.ts";
import { type Started, startUp } from "./start_up.ts";
import { whenQuiet } from "./when_quiet.ts";

/** When nothing has happened for so long, the programs have been started. */
const QUIET_MS = 2000;

export async function supervise(task: StartTask, output: Output): Promise<ExitCode> {
  const isDaemon = task.kind === "daemon";
  const { logTo } = task;
  const files = { wantsPidfile: isDaemon, hasLogfile: logTo === "file" };
  const started = await startUp(task.config, task.who, output, files);
  if (!started.ok) return started.error;
  // The shell has the terminal to itself.
  const hasShell = !isDaemon && logTo !== "stdout" && Deno.stdin.isTerminal();
  const use = { logTo, isOutputFree: !hasShell && !task.isDetached };
  const running = await assemble(started.value, use, output);
  if (running === null) return EXIT.failed;
  const seat = hasShell ? new ShellSeat(running, output) : null;
  const echo = use.isOutputFree && logTo !== "stdout" ? echoOnStderr() : null;
  if (echo !== null) {
    running.follow((record) => {
      if (isAtLeast(record.level, running.configuration.daemon.loglevel)) echo.write(record);
    });
  }
  await seat?.open();
  running.handleSignals({ isHangUp: () => seat?.isHangUp() ?? false });
  returnMemory(); // of what was needed to load all this
  running.start();
  if (task.isDetached) {
    output.write(`${READY} (pid ${Deno.pid})\n`);
    letGoOfOutput();
  }
  running.upgrading.confirmLast();
  const leave = whenQuiet((listener) => running.follow(listener), QUIET_MS, () => {
    collectGarbage();
    returnMemory(); // of what was needed to start the programs
  });
  await seat?.run();
  const exitCode = await running.whenEnded();
  leave();
  await running.close();
  await echo?.flushed();
  return exitCode;
}

/** null when it cannot be; why has been written to `output`. */
async function assemble(
  started: Started,
  use: OutputUse,
  output: Output,
): Promise<RunningSupervisor | null> {
  let running: RunningSupervisor | null = null;
  try {
    running = new RunningSupervisor(started, use);
    if (running.logProblem !== null) throw new Error(running.logProblem);
    await running.openControl();
    return running;
  } catch (error) {
    output.writeError(`taskmaster: ${error instanceof Error ? error.message : error}\n`);
    await running?.abandon();
    return null;
  }
}
