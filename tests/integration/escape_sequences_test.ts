/** What programs and files say is shown, and steers no terminal. */
import assert from "node:assert/strict";
import { shell } from "../programs/commands.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { isRoot, NOBODY, Place } from "../support/taskmaster_place.ts";
import { runTaskmaster } from "../support/taskmaster_run.ts";

/** A title, a screen that is erased, an answer that a terminal would type, CSI in one byte of C1. */
const EVIL = String.raw`\033]0;owned\007\033[2J\033[6n\302\2332J`;
const LOUD = `printf "${EVIL}out\\n"; printf "${EVIL}err\\n" >&2; exec sleep 1000`;
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

function assertHarmless(text: string, what: string): void {
  const found = CONTROL.exec(text);
  assert.equal(found, null, `${what}: ${JSON.stringify(text)}`);
}

Deno.test("no verb passes escape sequences on, of output, of commands or of one's own words", async () => {
  await using tm = await startTaskmaster({
    programs: `
      loud: {cmd: ${shell(LOUD)}, starttime: 0}
      gone: {cmd: ["/no/such\\e[2J\\x9b2Jfile"], startretries: 0}
    `,
  });
  await tm.until(() => tm.output("loud").includes("out"));
  await tm.until(() => tm.stderr().includes("gone fatal"));
  const verbs = [
    ["status"],
    ["why", "gone"],
    ["tail", "loud"],
    ["tail", "loud", "stderr"],
    ["events"],
    ["start", "\x1b[2Jweb"],
    ["signal", "\x1b[2J", "loud"],
    ["\x1b]0;x\x07"],
    ["help", "\x1b[31mx"],
  ];
  for (const words of verbs) {
    const { stdout, stderr } = await tm.client(...words);
    assert.notEqual(stdout + stderr, "", words.join(" "));
    assertHarmless(stdout + stderr, words.join(" "));
  }
  assertHarmless(tm.stderr(), "standard error");
  assertHarmless(await Deno.readTextFile(tm.place.logfile), "the log");
  await tm.end();
});

Deno.test("copies of output on our own standard output steer no terminal, and forge no line", async () => {
  const forged = String.raw`before\r2026-11-21 ERROR forged\302\2332J\342\200\256\033[31mred\t.\n`;
  await using tm = await startTaskmaster({
    programs: `loud: {cmd: ${shell(`printf "${EVIL}${forged}"; exec sleep 1000`)}, starttime: 0,
      copy_output: true}`,
    daemon: "log_format: text",
    args: ["--log-to", "stdout"],
  });
  await tm.until(() => tm.stdout().includes("red"));
  const copied = tm.stdout().split("\n").filter((line) => line.includes("forged"));
  assert.deepEqual(copied, [
    String.raw`loud | \x1b]0;owned\x07\x1b[2J\x1b[6n\x9b2Jbefore\r2026-11-21 ERROR forged` +
    String.raw`\x9b2J\u202ered` + "\t.",
  ]);
  assertHarmless(tm.stdout(), "standard output");
  await tm.end();
});

Deno.test("names of programs, and mistakes in a file, bring no escape sequences along", async () => {
  const place = await Place.create();
  try {
    await Deno.writeTextFile(
      place.config,
      'programs:\n  "\\e[2Jweb": {cmd: x}\n  web: {cmd: x, "\\e]0;x\\a": y, stdout: "/tmp/\x1b[2J"}\n',
    );
    if (isRoot) await Deno.chown(place.config, NOBODY.uid, NOBODY.gid);
    const { code, stdout, stderr } = await runTaskmaster(["check", "-c", place.config], {
      env: place.env,
    });
    assert.equal(code, 4);
    assert.match(stderr, /error/);
    assertHarmless(stdout + stderr, "check");
  } finally {
    await place.remove();
  }
});

Deno.test("a line end in what was asked for does not begin a line of its own", async () => {
  const asked = [["one\ntwo"], ["status", "--one\ntwo"], ["--one\ntwo"], ["help", "one\ntwo"], [
    "status",
    "--name",
    "one\ntwo",
  ]];
  for (const words of asked) {
    const { code, stdout, stderr } = await runTaskmaster(words);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /one\\ntwo/, stderr);
    assert.doesNotMatch(stdout + stderr, /^two/m);
  }
});
