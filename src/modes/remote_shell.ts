/** `taskmaster shell`: the control shell of a taskmaster that runs elsewhere. */
import type { TargetOptions } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { Connection } from "../control/client/connection.ts";
import { ReconnectingController } from "../control/client/reconnecting_controller.ts";
import { RemoteController } from "../control/client/remote_controller.ts";
import { HistoryStore } from "../shell/history.ts";
import { Shell } from "../shell/shell.ts";
import { statusTable } from "../render/status_table.ts";
import { UnreachableError } from "../ports/remote_errors.ts";
import { onEndSignal } from "../sys/end_signals.ts";
import { SystemTerminal } from "../sys/terminal/terminal.ts";
import { SystemHistoryFile } from "../sys/terminal/terminal_history.ts";
import { dirname, join } from "node:path/posix";
import { tellOfSilence } from "./client.ts";
import { findRunning } from "./find_running.ts";
import { wantsColour } from "./standard_output.ts";

export async function remoteShell(target: TargetOptions, output: Output): Promise<ExitCode> {
  const socket = await findRunning(target);
  if (!socket.ok) {
    output.writeError(`taskmaster: ${socket.error.message}\n`);
    return socket.error.exitCode;
  }
  let shell: Shell | null = null;
  const connection = new Connection(socket.value, {
    onSilent: () =>
      void tellOfSilence(socket.value, {
        writeError: (text) => shell === null ? output.writeError(text) : shell.print(text),
      }),
  });
  if (!Deno.stdin.isTerminal()) {
    const { pipedShell } = await import("./piped_shell.ts");
    try {
      return await pipedShell(new RemoteController(connection), output);
    } finally {
      connection.close();
    }
  }
  const controller = new ReconnectingController(connection, {
    onLost: (reason) => shell?.print(`${reason}; it is waited for\n`),
    onBack: () => shell?.print("taskmaster is back\n"),
  });
  try {
    const { processes } = await controller.snapshot();
    output.write(statusTable(processes, output));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    output.writeError(`taskmaster: ${error.message}\n`);
    return EXIT.unreachable;
  }
  const history = new HistoryStore(
    new SystemHistoryFile(historyPath(socket.value)),
    (problem) => shell?.print(`${problem}\n`),
  );
  await history.load();
  shell = new Shell({
    controller,
    terminal: new SystemTerminal({ TERM: Deno.env.get("TERM") }),
    history,
    colour: wantsColour(Deno.stdout) && output.colour,
    isSupervisor: false,
    eventLevel: "info",
  });
  const exitCode = await runUntilSignal(shell);
  connection.close();
  return exitCode;
}

/** A second signal ends us at once. What a verb still waits for does not keep us: it may hang. */
async function runUntilSignal(shell: Shell): Promise<ExitCode> {
  const closed = Promise.withResolvers<ExitCode>();
  const stopListening = onEndSignal(() => {
    stopListening();
    void shell.close().then(() => closed.resolve(EXIT.interrupted));
  });
  const left = shell.run().then((end) => end === "closed" ? closed.promise : EXIT.done);
  return await Promise.race([left, closed.promise]);
}

/**
 * Beside the socket, where the foreground's shell keeps it, when that directory is ours; root has
 * no business writing files among another user's.
 */
function historyPath(socket: string): string {
  const directory = dirname(socket);
  const { HOME = "/", XDG_STATE_HOME } = Deno.env.toObject();
  const own = join(XDG_STATE_HOME || join(HOME, ".local/state"), "taskmaster/shell_history");
  try {
    return Deno.statSync(directory).uid === Deno.uid() ? join(directory, "history") : own;
  } catch {
    return own; // the connection will tell what is wrong with the socket
  }
}
