import { jsonLine } from "../base/visible.ts";
import { nearest } from "../base/edit_distance.ts";
import { isFailing } from "../core/alert/status.ts";
import type { Controller } from "../ports/controller.ts";
import { alertTable, alertTestLine } from "../render/alert_table.ts";
import type { Command, CommandContext, Output } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { unlessInterrupted } from "./interrupt.ts";
import { JSON_OPTION } from "./selectors.ts";

export const alerts: Command = {
  name: "alerts",
  summary: "show the alerts and how they do; with test, send a test message",
  details: '"alerts test" tries every alert, "alerts test NAME" one of them.\n' +
    "Exit code 1 when one is not delivered at the moment.",
  arguments: [
    { name: "action", kind: "word", words: ["test"], required: false },
    { name: "name", kind: "text", required: false },
  ],
  options: [JSON_OPTION],
  async run({ args: [action, name], options }, context) {
    const { controller, output } = context;
    const asJson = options.json === true;
    if (action === undefined) return await show(controller, asJson, output);
    if (action === "test") return await test(name, asJson, context);
    const guess = nearest(action, ["test"]) ?? "test";
    output.writeError(`"alerts ${action}" is nothing; did you mean "alerts ${guess}"?\n`);
    return EXIT.usage;
  },
};

async function show(controller: Controller, asJson: boolean, output: Output): Promise<ExitCode> {
  const all = await controller.alerts();
  if (asJson) { for (const each of all) output.write(jsonLine(each)); }
  else output.write(all.length === 0 ? NONE : alertTable(all, output));
  const isWell = all.every((alert) => !isFailing(alert) && alert.problem === null);
  return isWell ? EXIT.done : EXIT.failed;
}

const NONE = 'no alerts are configured: see "alerts" in docs/alerts.md\n';

async function test(
  name: string | undefined,
  asJson: boolean,
  { controller, output, interrupt }: CommandContext,
): Promise<ExitCode> {
  const reply = await unlessInterrupted(controller.testAlerts(name), interrupt);
  if (reply === null) {
    output.writeError("no longer waiting; the test goes on\n");
    return EXIT.failed;
  }
  const { results, unknown } = reply;
  if (unknown !== null) {
    const hint = unknown.suggestion === null ? "" : `; did you mean "${unknown.suggestion}"?`;
    output.writeError(`there is no alert "${unknown.name}"${hint}\n`);
    return EXIT.failed;
  }
  if (results.length === 0 && !asJson) output.write(NONE);
  for (const result of results) {
    if (asJson) output.write(jsonLine(result));
    else if (result.failure === null) output.write(alertTestLine(result, output));
    else output.writeError(alertTestLine(result, output));
  }
  return results.every(({ failure }) => failure === null) ? EXIT.done : EXIT.failed;
}
