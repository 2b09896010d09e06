import { runScenarios } from "./run_scenarios.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { SupervisordSide } from "./supervisord_side.ts";
import { TaskmasterSide } from "./taskmaster_side.ts";
const [who, what] = Deno.args;
const list = SCENARIOS.filter((s) =>
  what === "alone"
    ? s.alone
    : what === "shared"
    ? !s.alone
    : what === "noask"
    ? !s.alone && !s.steps.some((x) => x.kind === "ask")
    : true
);
const t = performance.now();
await runScenarios(who === "s" ? SupervisordSide.start : TaskmasterSide.start, list);
console.log(who, what, list.length, (performance.now() - t).toFixed(0));
