import assert from "node:assert/strict";
import { DEMO_COMMAND, processState, startDemo } from "./line_editor_demo.ts";

const MORE_TICKS = 20;

/** Processor time that a process has used, in clock ticks (hundredths of a second). */
function cpuTicks(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  return fields[11]! + fields[12]!;
}

Deno.test.each([
  ["at the prompt", "abc", {}],
  ["during a command", "wait\r", {}],
  ["in a search", "\x12x", {}],
  ["on a dumb terminal", "abc", { TERM: "dumb" }],
])("a terminal that goes away %s leaves the process alive and calm", async (_name, keys, env) => {
  await using demo = await startDemo({ env });
  const { pty } = demo;
  const before = pty.raw.length;
  pty.write(keys);
  await pty.waitFor(({ raw }) => raw.length >= before + keys.length);
  await pty.hangUp();
  await demo.until(() => demo.report().includes("lost"));
  await demo.until(() => demo.report().includes("hangup lost=true"));
  const ticks = demo.ticks();
  const cpu = cpuTicks(pty.pid);
  await demo.until(() => demo.ticks() > ticks + MORE_TICKS);
  // 400 ms of nothing but a timer; a busy loop would use all of it.
  assert.ok(cpuTicks(pty.pid) - cpu < 20, `${cpuTicks(pty.pid) - cpu} ticks of CPU`);
  assert.equal(demo.report().filter((line) => line === "lost").length, 1);
  assert.equal(processState(pty.pid) === "Z", false);
  // Printing goes on as if somebody were there, and an orderly exit still works.
  pty.signal("SIGUSR2");
  pty.signal("SIGTERM");
  assert.equal((await pty.status).code, 0);
});

Deno.test("a terminal that goes away while a lot waits for it", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.pauseReading();
  for (let round = 0; round < 10; round++) pty.signal("SIGUSR2");
  const ticks = demo.ticks();
  await demo.until(() => demo.ticks() > ticks + MORE_TICKS);
  await pty.hangUp();
  await demo.until(() => demo.report().includes("lost"));
  pty.signal("SIGTERM");
  assert.equal((await pty.status).code, 0);
});

Deno.test("a hangup signal alone is not a lost terminal", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.signal("SIGHUP");
  await demo.until(() => demo.report().includes("hangup lost=false"));
  pty.write("hello\r");
  await pty.waitFor(/got: hello\ndemo>$/);
});

Deno.test("output that nobody reads any more counts as a lost terminal", async () => {
  await using demo = await startDemo({
    command: ["/bin/sh", "-c", '"$@" | true', "sh", ...DEMO_COMMAND],
  });
  const { pty } = demo;
  await demo.until(() => demo.report().includes("lost"));
  const ticks = demo.ticks();
  await demo.until(() => demo.ticks() > ticks + MORE_TICKS);
  await pty.hangUp();
});
