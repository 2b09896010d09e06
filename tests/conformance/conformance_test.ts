/**
 * What supervisord does, and what taskmaster does with the same programs in the same run: equal, or
 * a row of docs/supervisord.md.
 */
import assert from "node:assert/strict";
import { documentedDifferences } from "./documented_differences.ts";
import { type Outcome, runScenarios } from "./run_scenarios.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { SupervisordSide, whyNoSupervisord } from "./supervisord_side.ts";
import { TaskmasterSide } from "./taskmaster_side.ts";

function linesOf(outcome: Outcome | undefined): readonly string[] {
  if (outcome === undefined) throw new Error("it was not run");
  if ("error" in outcome) throw outcome.error;
  return outcome.lines;
}

const obstacle = await whyNoSupervisord();

Deno.test({
  name: `taskmaster does what supervisord does, or docs/supervisord.md says what else and why${
    obstacle === null ? "" : ` (skipped: ${obstacle})`
  }`,
  ignore: obstacle !== null,
  async fn(t) {
    const [theirs, ours] = await Promise.all([
      runScenarios(SupervisordSide.start, SCENARIOS),
      runScenarios(TaskmasterSide.start, SCENARIOS),
    ]);
    for (const scenario of SCENARIOS) {
      await t.step(scenario.name, () => {
        const { seen } = scenario;
        const supervisord = linesOf(theirs.get(scenario));
        const taskmaster = linesOf(ours.get(scenario));
        const wanted = "row" in seen ? seen : { supervisord: seen, taskmaster: seen };
        assert.deepEqual({ supervisord, taskmaster }, {
          supervisord: wanted.supervisord,
          taskmaster: wanted.taskmaster,
        });
      });
    }
  },
});

Deno.test("each difference between the two is a row of docs/supervisord.md, and is one", async () => {
  const documented = await documentedDifferences();
  for (const { row, reason } of documented) assert.notEqual(reason, "", `${row}: why?`);
  const rows = documented.map(({ row }) => row);
  for (const { name, seen } of SCENARIOS) {
    if (!("row" in seen)) continue;
    assert.ok(rows.includes(seen.row), `${name}: no row "${seen.row}"`);
    assert.notDeepEqual(seen.supervisord, seen.taskmaster, `${name}: it is none any more`);
  }
});
