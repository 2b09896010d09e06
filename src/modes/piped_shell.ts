/** `taskmaster shell` with something else than a terminal as its standard input. */
import process from "node:process";
import { createInterface } from "node:readline";
import { pauseFor } from "../base/pause.ts";
import type { Output } from "../commands/command.ts";
import { orLeave } from "../commands/interrupt.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import type { Controller } from "../ports/controller.ts";
import { runScript } from "../shell/run_script.ts";
import { answerRefusals, NO_SHELL } from "./client.ts";

export async function pipedShell(controller: Controller, output: Output): Promise<ExitCode> {
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => interrupt.abort());
  let hasLeft = false;
  const exitCode = await runScript({
    lines: createInterface({ input: process.stdin, terminal: false }),
    isOver: () => hasLeft || interrupt.signal.aborted,
    runVerb: (command, invocation) =>
      orLeave(
        answerRefusals(output, () =>
          command.run(invocation, {
            controller,
            output,
            shell: { ...NO_SHELL, leave: () => hasLeft = true },
            terminal: null,
            interrupt: interrupt.signal,
            pause: (ms) => pauseFor(ms, interrupt.signal),
          })),
        interrupt.signal,
      ),
  }, output);
  return interrupt.signal.aborted ? EXIT.interrupted : exitCode;
}
