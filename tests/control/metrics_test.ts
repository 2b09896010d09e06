import assert from "node:assert/strict";
import { metricsText } from "../../src/control/metrics.ts";
import { makeAlertStatus } from "../support/make_alert_status.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";

async function metrics(): Promise<string> {
  const supervisor = await new FakeSupervisor([{ name: "web", numprocs: 2 }, {
    name: "later",
    autostart: false,
  }]).boot();
  supervisor.spawner.childOf("web:1").exit({ kind: "signal", signal: "KILL" });
  await supervisor.clock.advance(1000);
  const usage = { cpuSeconds: 1.25, memoryBytes: 4096, processes: 3 };
  return metricsText({
    snapshot: await supervisor.controller.snapshot(),
    usage: [{ name: "web:0", ...usage }, { name: "not there any more", ...usage }],
    alerts: [makeAlertStatus({ name: 'o"n\\c\nall', sent: 7 })],
  });
}

Deno.test("every line is one of the format, and each family is announced once before its samples", async () => {
  const announced = new Set<string>();
  for (const line of (await metrics()).trimEnd().split("\n")) {
    const head = /^# TYPE (taskmaster_[a-z_]+) (gauge|counter)$/.exec(line);
    if (head !== null) {
      assert.ok(!announced.has(head[1]!), line);
      assert.equal(head[2] === "counter", head[1]!.endsWith("_total"), line);
      announced.add(head[1]!);
    } else if (!line.startsWith("# HELP ")) {
      const label = '[a-z]+="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
      const sample = new RegExp(`^(taskmaster_[a-z_]+)(?:\\{${label}(?:,${label})*\\})? [0-9.]+$`);
      const name = sample.exec(line)?.[1];
      assert.ok(name !== undefined && announced.has(name), line);
    }
  }
});

Deno.test("states, restarts, use and alerts are told", async () => {
  const lines = (await metrics()).split("\n");
  for (
    const line of [
      'taskmaster_processes{state="STOPPED"} 1',
      'taskmaster_processes{state="FATAL"} 0',
      'taskmaster_process_state{process="later",program="later",state="STOPPED"} 1',
      'taskmaster_process_wanted{process="web:0",program="web"} 1',
      'taskmaster_process_wanted{process="later",program="later"} 0',
      'taskmaster_process_restarts_total{process="web:0",program="web"} 0',
      'taskmaster_process_restarts_total{process="web:1",program="web"} 1',
      'taskmaster_process_cpu_seconds_total{process="web:0",program="web"} 1.25',
      'taskmaster_process_resident_memory_bytes{process="web:0",program="web"} 4096',
      'taskmaster_process_tree_size{process="web:0",program="web"} 3',
      'taskmaster_alert_sent_total{alert="o\\"n\\\\c\\nall",type="email"} 7',
    ]
  ) assert.ok(lines.includes(line), `${line}\n${lines.join("\n")}`);
  assert.ok(!lines.some((line) => line.includes("not there any more")));
});
