import assert from "node:assert/strict";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import {
  closePidfd,
  openPidfd,
  signalGroup,
  signalProcess,
  watchEnd,
} from "../../../src/sys/process/pidfd.ts";
import { liveMembers } from "../../../src/sys/process/process_group.ts";
import { ShellChild } from "./shell_child.ts";

const TERM = 15;
const KILL = 9;

Deno.test("openPidfd() knows no process with an id that is not in use", () => {
  assert.equal(openPidfd(2 ** 22 + 1), undefined);
});

Deno.test("openPidfd() gives a descriptor that children do not inherit", () => {
  const pidfd = openPidfd(Deno.pid)!;
  const flags = Deno.readTextFileSync(`/proc/self/fdinfo/${pidfd}`);
  assert.match(flags, /^flags:\s*0?2\d{6}$/m);
  closePidfd(pidfd);
});

Deno.test("signalProcess() reaches the process, and says gone after it was reaped", async () => {
  await using child = new ShellChild("exec sleep 1000");
  const { leaderPidfd } = child.group;
  assert.deepEqual(signalProcess(leaderPidfd, 0), { kind: "sent" });
  assert.deepEqual(signalProcess(leaderPidfd, TERM), { kind: "sent" });
  assert.equal((await child.status).signal, "SIGTERM");
  assert.deepEqual(signalProcess(leaderPidfd, TERM), { kind: "gone" });
});

Deno.test("signalProcess() refuses a signal that does not exist", async () => {
  await using child = new ShellChild("exec sleep 1000");
  assert.deepEqual(signalProcess(child.group.leaderPidfd, 99), {
    kind: "refused",
    reason: "invalid argument (EINVAL)",
  });
});

Deno.test("signalGroup() refuses a signal that does not exist", async () => {
  await using child = new ShellChild("exec sleep 1000");
  assert.equal(signalGroup(child.group, 99).kind, "refused");
});

Deno.test("signalGroup() reaches every member, also after the leader was reaped", async () => {
  await using child = new ShellChild("sleep 1000 & sleep 1000 & echo ready");
  assert.equal(await child.line(), "ready");
  await child.status;
  const members = liveMembers(child.pid);
  assert.equal(members.length, 2);
  const ends = members.map((pid) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const pidfd = openPidfd(pid)!;
    watchEnd(pidfd, () => {
      closePidfd(pidfd);
      resolve();
    });
    return promise;
  });
  assert.deepEqual(signalGroup(child.group, KILL), { kind: "sent" });
  await Promise.all(ends);
  assert.deepEqual(liveMembers(child.pid), []);
  await watchingStopped();
});

Deno.test("signalGroup() says gone when nobody is left", async () => {
  await using child = new ShellChild("exit 0");
  await child.status;
  assert.deepEqual(signalGroup(child.group, TERM), { kind: "gone" });
});

Deno.test("watchEnd() reports an end that came before it was called", async () => {
  await using child = new ShellChild("exit 0");
  await child.status;
  await new Promise<void>((resolve) => watchEnd(child.group.leaderPidfd, resolve));
  await watchingStopped();
});

Deno.test("watchEnd() called off reports nothing", async () => {
  await using child = new ShellChild("exec sleep 1000");
  const cancel = watchEnd(child.group.leaderPidfd, () => assert.fail("called off"));
  cancel();
  signalProcess(child.group.leaderPidfd, KILL);
  await child.status;
  await new Promise<void>((resolve) => watchEnd(child.group.leaderPidfd, resolve));
  await watchingStopped();
});
