/** plan and reload: the same picture of what changes, before and after. */
import { jsonLine } from "../base/visible.ts";
import type { PlanReply } from "../ports/controller.ts";
import { renderPlan } from "../render/plan.ts";
import type { Command, Output } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { JSON_OPTION } from "./selectors.ts";
import { writeReport } from "./write_report.ts";

export const plan: Command = {
  name: "plan",
  summary: "show what a reload would change, without changing it",
  arguments: [],
  options: [JSON_OPTION],
  async run({ options }, { controller, output }) {
    return writePlan(await controller.plan(), output, options.json === true, "future");
  },
};

export const reload: Command = {
  name: "reload",
  summary: "read the configuration again and apply what changed",
  details: "A file with a mistake changes nothing. Unchanged processes are not touched.",
  arguments: [],
  options: [JSON_OPTION],
  isNoted: true,
  async run({ options }, { controller, output }) {
    return writePlan(await controller.reload(), output, options.json === true, "done");
  },
};

function writePlan(
  reply: PlanReply,
  output: Output,
  asJson: boolean,
  tense: "future" | "done",
): ExitCode {
  if (reply.ok) {
    const { plan, warnings } = reply.value;
    writeReport(warnings, output);
    output.write(asJson ? jsonLine(plan) : renderPlan(plan, tense, output));
    return EXIT.done;
  }
  const { message, report } = reply.error;
  if (report === null) output.writeError(`${message}\n`);
  else writeReport(report, output);
  output.writeError("nothing was changed\n");
  return EXIT.configRefused;
}
