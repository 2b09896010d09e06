/** One verb, carried out by a taskmaster that runs. */
import type { TargetOptions } from "../cli/arguments.ts";
import { pauseFor } from "../base/pause.ts";
import type { Command, Invocation, Output, ShellControls } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { orLeave } from "../commands/interrupt.ts";
import { Connection } from "../control/client/connection.ts";
import { RemoteController } from "../control/client/remote_controller.ts";
import type { TerminalLender } from "../ports/terminal_loan.ts";
import { RefusedError, UnreachableError } from "../ports/remote_errors.ts";
import { findRunning } from "./find_running.ts";

const STANDARD_OUTPUT = 1;

export interface ClientTask {
  readonly command: Command;
  readonly invocation: Invocation;
  readonly target: TargetOptions;
}

export async function client(task: ClientTask, output: Output): Promise<ExitCode> {
  const socket = await findRunning(task.target);
  if (!socket.ok) {
    output.writeError(`taskmaster: ${socket.error.message}\n`);
    return socket.error.exitCode;
  }
  const connection = new Connection(socket.value, {
    onSilent: () => void tellOfSilence(socket.value, output),
  });
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => interrupt.abort());
  if (task.invocation.options.follow === true) {
    const { whenReaderGone } = await import("../sys/reader_gone.ts");
    whenReaderGone(STANDARD_OUTPUT, () => interrupt.abort());
  }
  try {
    const terminal = task.command.takesTerminal === true ? await ownTerminal() : null;
    const verb = answerRefusals(output, () =>
      task.command.run(task.invocation, {
        controller: new RemoteController(connection),
        output,
        shell: NO_SHELL,
        terminal,
        interrupt: interrupt.signal,
        pause: (ms) => pauseFor(ms, interrupt.signal),
      }));
    return await (terminal === null ? orLeave(verb, interrupt.signal) : verb);
  } finally {
    connection.close();
  }
}

/** Loaded only when there is something to tell. */
export async function tellOfSilence(
  socket: string,
  output: Pick<Output, "writeError">,
): Promise<void> {
  const { describeSilence } = await import("./silent_taskmaster.ts");
  output.writeError(await describeSilence(socket));
}

/** Makes a message and an exit code of what a taskmaster refuses, or that there is none. */
export async function answerRefusals(
  output: Output,
  run: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (exitCode === null) throw error;
    output.writeError(`taskmaster: ${(error as Error).message}\n`);
    return exitCode;
  }
}

/** Loaded only for a verb that wants it. */
async function ownTerminal(): Promise<TerminalLender | null> {
  const [{ SystemTerminal }, { OwnTerminal }] = await Promise.all([
    import("../sys/terminal/terminal.ts"),
    import("./own_terminal.ts"),
  ]);
  const terminal = new SystemTerminal({ TERM: Deno.env.get("TERM") });
  return terminal.canEdit ? new OwnTerminal(terminal) : null;
}

/** For verbs that no person in a shell has asked for. */
export const NO_SHELL: ShellControls = {
  isSupervisor: false,
  eventLevel: "off",
  leave: () => {},
  // Whoever writes a whole command means it; only a shell has reason to ask again.
  confirm: () => Promise.resolve(true),
};

/** null for what nobody has foreseen. */
function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof UnreachableError) return EXIT.unreachable;
  if (!(error instanceof RefusedError)) return null;
  switch (error.code) {
    case "bad_request":
      return EXIT.usage;
    case "unauthorized":
    case "forbidden":
      return EXIT.notPermitted;
    default:
      return EXIT.failed;
  }
}
