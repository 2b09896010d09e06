/** A reload's plan for people. */
import { visible } from "../base/visible.ts";
import { isEmptyPlan, type Plan, type PlannedProcess } from "../core/plan.ts";
import { type Colour, style } from "./style.ts";

type Tense = "future" | "done";

/** Ends with a newline. */
export function renderPlan(plan: Plan, tense: Tense, look: { readonly colour: boolean }): string {
  const lines = plan.changes.map((planned) => changeLine(planned, look.colour));
  if (plan.daemonUpdates.length > 0) {
    lines.push(`~ taskmaster: ${plan.daemonUpdates.join(", ")} taken over`);
  }
  for (const { name, change } of plan.alerts) {
    const [sign, colour, what] = ALERT_CHANGES[change];
    lines.push(style(colour, `${sign} alert ${visible(name)}: ${what}`, look.colour));
  }
  for (const key of plan.needsDaemonRestart) {
    lines.push(
      style("yellow", `! taskmaster.${key}: needs a restart of taskmaster itself`, look.colour),
    );
  }
  const unchanged = plan.unchanged === 1 ? "1 process" : `${plan.unchanged} processes`;
  if (isEmptyPlan(plan)) lines.push(`nothing changes; ${unchanged} left alone`);
  else lines.push(`${unchanged} left alone`);
  if (tense === "future" && !isEmptyPlan(plan)) {
    lines.push('nothing was changed; "reload" applies this');
  }
  return lines.join("\n") + "\n";
}

const ALERT_CHANGES = {
  add: ["+", "green", "added"],
  update: ["~", "cyan", "updated"],
  remove: ["-", "red", "removed"],
} as const;

function changeLine({ name, change }: PlannedProcess, isColoured: boolean): string {
  const [sign, colour, what] = describeChange(change);
  return style(colour, `${sign} ${visible(name)}: ${what}`, isColoured);
}

function describeChange(change: PlannedProcess["change"]): [string, Colour, string] {
  switch (change.kind) {
    case "add":
      return [
        "+",
        "green",
        change.start ? "added, start" : "added, not started (autostart: false)",
      ];
    case "remove":
      return ["-", "red", "removed, stop"];
    case "restart":
      return ["!", "yellow", `restart, because of ${change.keys.join(", ")}`];
    case "update":
      return ["~", "cyan", `updated in place: ${change.keys.join(", ")}`];
    case "update_at_rest":
      return ["~", "cyan", `updated, stays stopped: ${change.keys.join(", ")}`];
  }
}
