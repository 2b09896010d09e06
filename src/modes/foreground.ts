/** `taskmaster -c FILE`: supervises, and gives a shell when a person sits at the terminal. */
import type { WhoOptions } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { type Actor, isAtLeast } from "../core/record.ts";
import { SystemTerminal } from "../sys/terminal.ts";
import { HistoryStore } from "../shell/history.ts";
import { Shell } from "../shell/shell.ts";
import { SystemHistoryFile } from "../sys/terminal_history.ts";
import { echoOnStderr } from "./echo.ts";
import { RunningSupervisor } from "./running_supervisor.ts";
import { wantsColour } from "./standard_output.ts";
import { type Started, startUp } from "./start_up.ts";

const SHELL: Actor = { via: "shell" };

export async function foreground(
  { config, who }: { readonly config: string; readonly who: WhoOptions },
  output: Output,
): Promise<ExitCode> {
  const started = startUp(config, who, output);
  if (!started.ok) return started.error;
  const running = assemble(started.value, output);
  if (running === null) return EXIT.failed;
  const shell = Deno.stdin.isTerminal() ? await openShell(running, output) : null;
  const echo = shell === null ? echoOnStderr() : null;
  if (echo !== null) {
    running.follow((record) => {
      if (isAtLeast(record.level, running.configuration.daemon.loglevel)) echo.write(record);
    });
  }
  running.handleSignals({ isTerminalLost: () => shell?.isTerminalLost() ?? false });
  running.start();
  if (shell !== null) {
    void running.whenEnded().then(() => shell.close());
    const end = await shell.run();
    if (end === "terminal_lost") {
      running.note("the terminal is gone; taskmaster goes on without a shell");
    }
  }
  await running.whenEnded();
  running.close();
  await echo?.flushed();
  return EXIT.done;
}

/** null when it cannot be; why has been written to `output`. */
function assemble(started: Started, output: Output): RunningSupervisor | null {
  try {
    const running = new RunningSupervisor(started);
    if (running.logProblem === null) return running;
    output.writeError(`taskmaster: ${running.logProblem}\n`);
    running.close();
  } catch (error) {
    output.writeError(`taskmaster: ${error instanceof Error ? error.message : error}\n`);
  }
  return null;
}

async function openShell(running: RunningSupervisor, output: Output): Promise<Shell> {
  const path = `${running.configuration.daemon.stateDir}/history`;
  const warn = (message: string) => running.note(message);
  const history = new HistoryStore(new SystemHistoryFile(path), warn);
  await history.load();
  return new Shell({
    controller: running.controllerFor(SHELL),
    terminal: new SystemTerminal({ TERM: Deno.env.get("TERM") }),
    history,
    colour: wantsColour(Deno.stdout) && output.colour,
    eventLevel: "info",
  });
}
