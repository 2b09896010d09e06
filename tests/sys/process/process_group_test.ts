import assert from "node:assert/strict";
import { watchingStopped } from "../../../src/sys/epoll.ts";
import {
  closePidfd,
  openPidfd,
  type ProcessGroup,
  signalGroup,
  signalProcess,
  watchEnd,
} from "../../../src/sys/process/pidfd.ts";
import {
  groupIsEmpty,
  isLiveMember,
  liveMembers,
  watchGroupEnd,
} from "../../../src/sys/process/process_group.ts";
import { ShellChild } from "./shell_child.ts";

const KILL = 9;
const TERM = 15;

/** Resolves when the watch of the group says that nobody is left. */
function groupEnd(group: ProcessGroup): Promise<void> {
  return new Promise((resolve) => watchGroupEnd(group, resolve));
}

/** Resolves when the process has ended, whoever its parent is. */
async function processEnd(pid: number): Promise<void> {
  const pidfd = openPidfd(pid);
  if (pidfd === undefined) return;
  await new Promise<void>((resolve) => watchEnd(pidfd, resolve));
  closePidfd(pidfd);
}

/** The statistics line of a process of group 7. */
function stat(command: string, state: string, threads = 1): string {
  return `42 (${command}) ${state} 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 ${threads} 0 99 1 1\n`;
}

Deno.test.each<[string, string, boolean]>([
  ["a sleeping process", stat("sleep", "S"), true],
  ["a stopped one", stat("sleep", "T"), true],
  ["a zombie", stat("sleep", "Z"), false],
  ["a dead one", stat("sleep", "X"), false],
  ["a name with spaces and parentheses", stat("a) Z 1 8 (b", "S"), true],
  ["a zombie with such a name", stat("a) S 1 7 (b", "Z"), false],
  ["a name with a line break", stat("a\n) Z 1 8", "R"), true],
  ["a process whose first thread has ended", stat("java", "Z", 12), true],
])("isLiveMember() judges %s", (_name, text, expected) => {
  assert.equal(isLiveMember(text, 7), expected);
  assert.equal(isLiveMember(text, 8), false);
});

Deno.test("liveMembers() finds what the leader left behind", async () => {
  await using child = new ShellChild("sleep 1000 & echo $!; sleep 1000 & echo $!");
  const members = [Number(await child.line()), Number(await child.line())];
  await child.status;
  assert.deepEqual(liveMembers(child.pid).sort(), members.sort());
  assert.equal(groupIsEmpty(child.group), false);
});

Deno.test("liveMembers() finds a member whose name looks like the end of its statistics", async () => {
  const directory = await Deno.makeTempDir();
  await Deno.symlink("/bin/sleep", `${directory}/x) Z 1 (`);
  await using child = new ShellChild(`exec '${directory}/x) Z 1 (' 1000 <&0`);
  await nameChange(child.pid, "x) Z 1 (");
  assert.deepEqual(liveMembers(child.pid), [child.pid]);
  await Deno.remove(directory, { recursive: true });
});

/** Resolves when exec has given the process its new name. */
async function nameChange(pid: number, name: string): Promise<void> {
  while ((await Deno.readTextFile(`/proc/${pid}/comm`)).trimEnd() !== name) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

Deno.test("groupIsEmpty() is true when all have ended and were reaped", async () => {
  await using child = new ShellChild("sleep 0 & wait");
  await child.status;
  assert.equal(groupIsEmpty(child.group), true);
});

Deno.test("watchGroupEnd() reports a group that was empty from the start, but later", async () => {
  await using child = new ShellChild("exit 0");
  await child.status;
  let hasReturned = false;
  await new Promise<void>((resolve) => {
    watchGroupEnd(child.group, () => {
      assert.equal(hasReturned, true);
      resolve();
    });
    hasReturned = true;
  });
});

Deno.test("watchGroupEnd() waits for all that the leader left behind", async () => {
  await using child = new ShellChild("sleep 1000 & echo $!; sleep 1000 & echo $!");
  const first = Number(await child.line());
  const second = Number(await child.line());
  await child.status;
  let isEnded = false;
  const ended = groupEnd(child.group).then(() => isEnded = true);
  Deno.kill(first, "SIGKILL");
  await processEnd(first);
  assert.equal(isEnded, false);
  Deno.kill(second, "SIGKILL");
  await ended;
  assert.deepEqual(liveMembers(child.pid), []);
  await watchingStopped();
});

Deno.test("watchGroupEnd() waits for a member that ignores TERM until it is killed", async () => {
  await using child = new ShellChild("trap '' TERM; sleep 1000 & echo $!; exit");
  const member = Number(await child.line());
  await child.status;
  let isEnded = false;
  const ended = groupEnd(child.group).then(() => isEnded = true);
  assert.deepEqual(signalGroup(child.group, TERM), { kind: "sent" });
  assert.deepEqual(liveMembers(child.pid), [member]);
  assert.equal(isEnded, false);
  assert.deepEqual(signalGroup(child.group, KILL), { kind: "sent" });
  await ended;
  await watchingStopped();
});

Deno.test("watchGroupEnd() waits for members that were forked while it watched", async () => {
  await using child = new ShellChild(
    "exec 3<&0; (read line <&3; sleep 1000 >&- & echo $!) & echo $!",
  );
  const member = Number(await child.line());
  await child.status;
  let isEnded = false;
  const ended = groupEnd(child.group).then(() => isEnded = true);
  await child.write("go");
  const forked = Number(await child.line());
  await processEnd(member);
  assert.equal(isEnded, false);
  Deno.kill(forked, "SIGKILL");
  await ended;
  assert.deepEqual(liveMembers(child.pid), []);
  await watchingStopped();
});

Deno.test("watchGroupEnd() does not wait for a zombie that somebody else holds", async () => {
  // The parent becomes a program that never waits for its child, which leads a group of its own.
  await using parent = new ShellChild("setsid sleep 1000 & echo $!; exec sleep 1000");
  const pgid = Number(await parent.line());
  const leaderPidfd = openPidfd(pgid)!;
  while (liveMembers(pgid).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const group = { pgid, leaderPidfd };
  const ended = groupEnd(group);
  assert.deepEqual(signalProcess(leaderPidfd, KILL), { kind: "sent" });
  await ended;
  assert.match(await Deno.readTextFile(`/proc/${pgid}/stat`), /\) Z /);
  assert.equal(groupIsEmpty(group), true);
  closePidfd(leaderPidfd);
  await watchingStopped();
});

Deno.test("watchGroupEnd() notices that the last member has left the group", async () => {
  await using child = new ShellChild(
    "exec 3<&0; (read line <&3; exec setsid sleep 1000) & echo $!",
  );
  const member = Number(await child.line());
  await child.status;
  const ended = groupEnd(child.group);
  await Promise.resolve(); // The first look at the group comes before the member leaves it.
  await child.write("go");
  await ended;
  Deno.kill(member, "SIGKILL");
  await processEnd(member);
  await watchingStopped();
});

Deno.test("watchGroupEnd() copes with more members than it watches at a time", async () => {
  await using child = new ShellChild(
    "i=0; while [ $i -lt 150 ]; do sleep 1000 & i=$((i+1)); done; echo ready",
  );
  await child.line();
  await child.status;
  const ended = groupEnd(child.group);
  await Promise.resolve();
  signalGroup(child.group, KILL);
  await ended;
  assert.deepEqual(liveMembers(child.pid), []);
  await watchingStopped();
});

Deno.test("watchGroupEnd() reports once, however the ends fall together", async () => {
  for (let round = 0; round < 20; round++) {
    await using child = new ShellChild("sleep 1000 & sleep 1000 & sleep 1000 & echo ready; wait");
    await child.line();
    let calls = 0;
    const ended = new Promise<void>((resolve) =>
      watchGroupEnd(child.group, () => {
        calls++;
        resolve();
      })
    );
    signalGroup(child.group, KILL);
    await ended;
    assert.deepEqual(liveMembers(child.pid), []);
    await child.status;
    assert.equal(calls, 1);
  }
  await watchingStopped();
});

/** How many pidfds of the process we hold. */
function pidfdsOf(pid: number): number {
  const holdsPid = new RegExp(`^Pid:\\s*${pid}$`, "m");
  return [...Deno.readDirSync("/proc/self/fdinfo")].filter(({ name }) => {
    try {
      return holdsPid.test(Deno.readTextFileSync(`/proc/self/fdinfo/${name}`));
    } catch {
      return false; // The descriptor of the listing itself, or of another test.
    }
  }).length;
}

Deno.test("watchGroupEnd() called off reports nothing and keeps nothing open", async () => {
  await using child = new ShellChild("sleep 1000 & echo $!");
  const member = Number(await child.line());
  await child.status;
  const cancel = watchGroupEnd(child.group, () => assert.fail("called off"));
  await Promise.resolve();
  assert.equal(pidfdsOf(member), 1);
  cancel();
  assert.equal(pidfdsOf(member), 0);
  signalGroup(child.group, KILL);
  await processEnd(member);
  await watchingStopped();
});
