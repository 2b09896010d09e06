/** The completion scripts in the shells they are for, each on a terminal, with a real taskmaster. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Pty, spawnInPty } from "../support/pty.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import { runTaskmaster, taskmasterCommand } from "../support/taskmaster_run.ts";
import { KEYS } from "../support/taskmaster_shell.ts";

interface ShellUnderTest {
  readonly command: readonly string[];
  /** Lines that install the completions, as the help says. */
  readonly setUp: readonly string[];
}

const SHELLS: Readonly<Record<string, ShellUnderTest>> = {
  bash: {
    command: ["bash", "--norc", "--noprofile", "-i"],
    setUp: ["PS1='ready> '", "source <(taskmaster completions bash)"],
  },
  zsh: {
    command: ["zsh", "-f", "-i"],
    setUp: [
      "PS1='ready> '",
      "autoload -U compinit && compinit -u -D",
      "source <(taskmaster completions zsh)",
    ],
  },
  fish: {
    command: ["fish", "--no-config", "--private"],
    setUp: [
      "function fish_prompt; printf 'ready> '; end",
      "set -g fish_greeting; set -g fish_autosuggestion_enabled 0",
      "taskmaster completions fish | source",
    ],
  },
};

/** What is typed before Tab, and the line that it becomes. */
const LINES: readonly (readonly [typed: string, becomes: string])[] = [
  ["stat", "status "],
  ["--na", "--name "],
  ["-c conf", "-c conf.yaml "],
  ["--config=conf", "--config=conf.yaml "],
  ["-c conf.yaml start w", "-c conf.yaml start web "],
  ["-c conf.yaml stop web:1", "-c conf.yaml stop web:1 "],
  ["-c conf.yaml stop web:0 web:", "-c conf.yaml stop web:0 web:1 "],
  ["-c 'conf.yaml' stop 'web:0' web:", "-c 'conf.yaml' stop 'web:0' web:1 "],
  ["--config=conf.yaml tail -n 3 web:1 stde", "--config=conf.yaml tail -n 3 web:1 stderr "],
  ["-c ~/conf.yaml start d", "-c ~/conf.yaml start db "],
  [
    "--socket ./state/control.sock stop web:0 web:",
    "--socket ./state/control.sock stop web:0 web:1 ",
  ],
  // Nobody answers there.
  ["--socket ./none.sock stop w", "--socket ./none.sock stop w"],
  ["--socket ./none.sock stat", "--socket ./none.sock status "],
];

const PROGRAMS = "web: {cmd: sleep 1000, numprocs: 2}\ndb: {cmd: sleep 1000, autostart: false}";
/** Typed after Tab, so that one sees where the completed line ends. */
const END = "%";

function isInstalled(name: string): boolean {
  const path = (Deno.env.get("PATH") ?? "").split(":");
  return path.some((directory) => existsSync(join(directory, name)));
}

/** A command of that name in the PATH, as it will be when it is installed. */
async function installCommand(directory: string): Promise<string> {
  const bin = join(directory, "bin");
  await Deno.mkdir(bin);
  const words = taskmasterCommand().map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(join(bin, "taskmaster"), `#!/bin/sh\nexec ${words} "$@"\n`);
  await Deno.chmod(join(bin, "taskmaster"), 0o755);
  return `${bin}:${Deno.env.get("PATH")}`;
}

async function openShell({ command, setUp }: ShellUnderTest, { place }: Taskmaster): Promise<Pty> {
  const { directory } = place;
  const env = { ...place.env, HOME: directory, PATH: await installCommand(directory) };
  const pty = spawnInPty(command, { env, cwd: directory, rows: 60, cols: 120 });
  for (const [index, line] of setUp.entries()) {
    pty.write(`${line}; echo set up ${index}\r`);
    await pty.waitFor(({ screen }) => screen.fullText().includes(`\nset up ${index}\n`));
  }
  await pty.waitFor(/\nready>$/);
  return pty;
}

for (const [name, shell] of Object.entries(SHELLS)) {
  const isThere = isInstalled(name);
  Deno.test({
    name: `${name} completes verbs, options, files and live names, also after the colon` +
      (isThere ? "" : ` (skipped: needs ${name})`),
    ignore: !isThere,
    async fn() {
      await using tm = await startTaskmaster({ programs: PROGRAMS });
      await tm.next("web:1", "started");
      await using pty = await openShell(shell, tm);
      for (const [typed, becomes] of LINES) {
        const wanted = `ready> taskmaster ${becomes}${END}`;
        pty.write(`taskmaster ${typed}`);
        await pty.waitFor(({ screen }) => screen.lastLine().endsWith(`taskmaster ${typed}`));
        pty.write(KEYS.tab);
        pty.write(END);
        await pty.waitFor(({ screen }) => screen.lastLine().endsWith(END));
        assert.equal(pty.screen().lastLine(), wanted);
        pty.write(KEYS.ctrlU);
        await pty.waitFor(/\nready>$/);
      }
    },
  });
}

Deno.test("completions are for shells that we know", async () => {
  const { code, stdout, stderr } = await runTaskmaster(["completions", "csh"]);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(stderr, /no completions for "csh"; there are some for bash, zsh, fish/);
});
