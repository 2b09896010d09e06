/** Who is taken for a child of an earlier taskmaster, and who is not. */
import assert from "node:assert/strict";
import type { ChildIdentity } from "../../../src/core/stored.ts";
import { adopt } from "../../../src/sys/process/adopt.ts";
import { readStat } from "../../../src/sys/process/proc_stat.ts";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import { makeProgram } from "../../support/make_program.ts";

const STATE_DIR = "/nowhere/state";
const REQUEST = { program: makeProgram(), num: 0, generation: 1, processName: "web" };
const TOKEN = `${STATE_DIR} web:0 1`;

function isTaken(identity: ChildIdentity): boolean {
  const callbacks = { onExit: () => {}, onReleased: () => {} };
  const adopted = adopt(STATE_DIR, REQUEST, identity, callbacks);
  adopted?.child?.release();
  return (adopted?.child ?? null) !== null;
}

function identityOf(pid: number, { later = 0 } = {}): ChildIdentity {
  return { pid, startTicks: readStat(pid)!.startTicks + later };
}

async function withSleeper(
  run: (pid: number) => void,
  { token, isLeader = true }: { readonly token?: string; readonly isLeader?: boolean },
): Promise<void> {
  const child = new Deno.Command("sleep", {
    args: ["1000"],
    env: token === undefined ? {} : { TASKMASTER_CHILD: token },
    detached: isLeader,
  }).spawn();
  try {
    run(child.pid);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    await watchingStopped();
  }
}

Deno.test("adopt() takes a child by its pid, start time and name, also where it has lost its name", async () => {
  await withSleeper((pid) => assert.ok(isTaken(identityOf(pid))), { token: TOKEN });
  await withSleeper((pid) => assert.ok(isTaken(identityOf(pid))), {});
  // The same directory by another name.
  await withSleeper((pid) => assert.ok(isTaken(identityOf(pid))), { token: "/run/x web:0 1" });
});

Deno.test("adopt() leaves alone who has the pid but another start time, name or session", async () => {
  await withSleeper((pid) => assert.ok(!isTaken(identityOf(pid, { later: 1 }))), {});
  await withSleeper((pid) => assert.ok(!isTaken(identityOf(pid))), {
    token: `${STATE_DIR} db:0 1`,
  });
  await withSleeper((pid) => assert.ok(!isTaken(identityOf(pid))), {
    token: TOKEN,
    isLeader: false,
  });
});

Deno.test("adopt() finds what is left of a child that was not noted, also without its leader", async () => {
  const request = { ...REQUEST, processName: "left" };
  const shell = new Deno.Command("sh", {
    args: ["-c", "sleep 1000 & echo $!; read _"],
    env: { TASKMASTER_CHILD: TOKEN },
    stdin: "piped",
    stdout: "piped",
    detached: true,
  }).spawn();
  const callbacks = { onExit: () => {}, onReleased: () => {} };
  const reader = shell.stdout.getReader();
  const { value } = await reader.read();
  const left = Number(new TextDecoder().decode(value));
  try {
    const whole = adopt(STATE_DIR, request, null, callbacks);
    assert.equal(whole?.remains.kind, "alive");
    assert.equal(whole?.remains.pid, shell.pid);
    whole?.child?.release();
    await shell.stdin.close();
    await shell.status;
    const rest = adopt(STATE_DIR, request, null, callbacks);
    assert.equal(rest?.remains.kind, "group");
    assert.equal(rest?.remains.pid, shell.pid);
    rest?.child?.release();
  } finally {
    Deno.kill(left, "SIGKILL");
    await reader.cancel();
    await watchingStopped();
  }
});

Deno.test("adopt() never takes process 1, this process, or what is no process", () => {
  for (const pid of [1, Deno.pid]) assert.ok(!isTaken(identityOf(pid)), `${pid}`);
  for (const pid of [0, -1, -Deno.pid]) assert.ok(!isTaken({ pid, startTicks: 0 }), `${pid}`);
});
