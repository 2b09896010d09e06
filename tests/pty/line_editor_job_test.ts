import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { spawnInPty } from "../support/pty.ts";
import { type Demo, DEMO_COMMAND, processState, startDemo, waitUntil } from "./line_editor_demo.ts";

const CTRL_Z = "\x1a";

/** An interactive bash; the demo is its job, behind a process of the same group as `sudo` is. */
async function startBash(command: readonly string[] = DEMO_COMMAND): Promise<Demo> {
  const bash = ["bash", "--norc", "--noprofile", "--noediting", "-i"];
  const demo = await startDemo({
    command: bash,
    // Wide enough for bash to name the job on one line.
    cols: 250,
    env: { PS1: "bash> ", DEMO: command.map((word) => `'${word}'`).join(" ") },
  });
  await demo.pty.waitFor(/bash>$/);
  return demo;
}

Deno.test.each([
  ["alone", DEMO_COMMAND],
  ["behind a process of its group", ["sh", "-c", '"$@"; exit $?', "sh", ...DEMO_COMMAND]],
])("Ctrl-Z suspends, fg comes back, twice in a row: %s", async (_name, command) => {
  await using demo = await startBash(command);
  const { pty } = demo;
  pty.write('eval "$DEMO"\r');
  await pty.waitFor(/^demo>$/m);
  for (let round = 1; round <= 2; round++) {
    pty.write("half typed");
    await pty.waitFor(/demo> half typed$/);
    pty.write(CTRL_Z);
    await pty.waitFor(/demo> half typed\^Z\npaused while suspended\n(.*\n)*.*Stopped.*\nbash>$/);
    pty.write("stty -a | tr -s ' ;' '\\n' | grep -x -e icanon -e echo -e isig -e ixon | wc -l\r");
    await pty.waitFor(/^4\nbash>$/m);
    const before = demo.ticks();
    pty.write("fg\r");
    await pty.waitFor(/demo> half typed$/);
    await demo.until(() => demo.ticks() > before);
    pty.write(` ${round}\r`);
    await pty.waitFor(new RegExp(`got: half typed ${round}\ndemo>$`));
  }
  pty.write(CTRL_Z);
  await pty.waitFor(/\^Z\n(.*\n)*.*Stopped.*\nbash>$/);
  pty.write("fg\r");
  await pty.waitFor(/demo>$/);
  pty.write("quit\r");
  await pty.waitFor(/bash>$/);
  assert.equal(demo.report().filter((line) => line === "resumed").length, 3);
});

Deno.test.each([["xterm"], ["dumb"]])("Ctrl-Z while a command runs, TERM=%s", async (term) => {
  await using demo = await startBash(["env", `TERM=${term}`, ...DEMO_COMMAND]);
  const { pty } = demo;
  pty.write('eval "$DEMO"\r');
  await pty.waitFor(/demo>$/);
  pty.write("wait\r");
  await pty.waitFor(/waiting$/);
  pty.write(CTRL_Z);
  await pty.waitFor(/paused while suspended\n(.*\n)*.*Stopped.*\nbash>$/);
  pty.write("fg\r");
  await demo.until(() => demo.report().includes("resumed"));
  pty.write("\x03");
  await pty.waitFor(/aborted\ndemo>$/);
});

Deno.test("after bg it runs on without touching the terminal, and fg brings the prompt", async () => {
  await using demo = await startBash();
  const { pty } = demo;
  pty.write('eval "$DEMO"\r');
  await pty.waitFor(/demo>$/);
  pty.write(CTRL_Z);
  await pty.waitFor(/Stopped.*\nbash>$/);
  const before = demo.ticks();
  pty.write("bg\r");
  await demo.until(() => demo.ticks() > before + 10);
  pty.write("echo still $((40 + 2)); jobs\r");
  await pty.waitFor(/still 42\n.*Running(.|\n)*bash>$/);
  pty.write("fg\r");
  await pty.waitFor(/demo>$/);
  pty.write("hello\r");
  await pty.waitFor(/got: hello\ndemo>$/);
});

Deno.test.each([["suspended", ""], ["in the background", "bg\r"]])(
  "a terminal that goes away while the job is %s",
  async (_name, keys) => {
    await using demo = await startBash();
    const { pty } = demo;
    pty.write('eval "$DEMO"\r');
    await pty.waitFor(/demo>$/);
    pty.write(CTRL_Z);
    await pty.waitFor(/Stopped.*\nbash>$/);
    pty.write(keys);
    const before = demo.ticks();
    if (keys !== "") await demo.until(() => demo.ticks() > before);
    await pty.hangUp();
    await demo.until(() => demo.report().includes("lost"));
    // Bash may end the jobs that it finds stopped.
    if (keys === "") return;
    const ticks = demo.ticks();
    await demo.until(() => demo.ticks() > ticks + 10);
  },
);

Deno.test("started in the background it neither stops nor takes keys", async () => {
  await using demo = await startBash();
  const { pty } = demo;
  pty.write('eval "$DEMO" &\r');
  await demo.until(() => demo.ticks() > 10);
  pty.write("echo still $((40 + 2)); jobs\r");
  await pty.waitFor(/still 42\n.*Running(.|\n)*bash>$/);
  pty.write("fg\r");
  await pty.waitFor(/demo>$/);
  pty.write("hello\r");
  await pty.waitFor(/got: hello\ndemo>$/);
});

Deno.test("stopped and continued by a signal it draws its prompt again", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("abc");
  await pty.waitFor(/demo> abc$/);
  const before = pty.raw.length;
  pty.signal("SIGSTOP");
  await demo.until(() => processState(pty.pid) === "T");
  pty.signal("SIGCONT");
  await pty.waitFor(({ raw }) => raw.slice(before).includes("demo> abc"));
  pty.write("d\r");
  await pty.waitFor(/got: abcd/);
});

Deno.test("Ctrl-Z without a shell to come back to does not stop", async () => {
  await using demo = await startDemo();
  const { pty } = demo;
  pty.write("abc");
  await pty.waitFor(/demo> abc$/);
  pty.write(CTRL_Z);
  await pty.waitFor(/not suspended\)\ndemo> abc$/);
  pty.write("d\r");
  await pty.waitFor(/got: abcd/);
});

Deno.test("TERM=dumb: Ctrl-Z and fg", async () => {
  await using demo = await startBash(["env", "TERM=dumb", ...DEMO_COMMAND]);
  const { pty } = demo;
  pty.write('eval "$DEMO"\r');
  await pty.waitFor(/demo>$/);
  pty.write(CTRL_Z);
  await pty.waitFor(/paused while suspended\n(.*\n)*.*Stopped.*\nbash>$/);
  pty.write("fg\r");
  await pty.waitFor(/demo>$/);
  pty.write("hello\r");
  await pty.waitFor(/got: hello\ndemo>$/);
});

Deno.test("close() gives the terminal back as it was", async () => {
  await using pty = spawnInPty(["bash", "--norc", "--noprofile", "--noediting", "-i"], {
    env: { PS1: "bash> ", DEMO: DEMO_COMMAND.join(" ") },
  });
  await pty.waitFor(/bash>$/);
  const directory = await Deno.makeTempDir();
  pty.write(`stty -a >${directory}/before; eval "$DEMO"; stty -a >${directory}/after; echo done\r`);
  await pty.waitFor(/demo>$/);
  pty.write("\x04");
  await pty.waitFor(/^done\nbash>$/m);
  const read = (name: string): string => readFileSync(`${directory}/${name}`, "utf8");
  await waitUntil(() => read("after") !== "", () => pty.describe());
  assert.equal(read("after"), read("before"));
  await Deno.remove(directory, { recursive: true });
});
