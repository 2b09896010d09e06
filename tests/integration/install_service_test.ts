/** `install-service`: a unit that systemd takes, and that starts what it was made for. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { isRoot } from "../support/taskmaster_place.ts";
import { runTaskmaster, taskmasterCommand } from "../support/taskmaster_run.ts";

const CONFIG = `
taskmaster: {name: shop}
programs:
  web: {cmd: sleep 1, stoptime: 20}
  db: {cmd: sleep 1, stoptime: 30, priority: 1}
`;
const WHO = isRoot ? ["--user", "nobody"] : [];

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "taskmaster test %_" });
  try {
    await Deno.writeTextFile(join(directory, "conf.yaml"), CONFIG);
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("install-service prints a unit with everything by its absolute path", () =>
  inDirectory(async (cwd) => {
    const words = ["install-service", "-c", "conf.yaml", ...WHO];
    const { code, stdout, stderr } = await runTaskmaster(words, { cwd });
    assert.deepEqual([code, stderr], [0, ""]);
    const file = `"${cwd.replace("%", "%%")}/conf.yaml"`;
    const program = taskmasterCommand().join(" ").replace("/tests/support/../..", "");
    const start = ["daemon --foreground -c", file, ...WHO].join(" ");
    assert.match(stdout, /^Type=notify$/m);
    const lines = stdout.split("\n");
    assert.ok(lines.includes(`ExecStart=${program} ${start}`), stdout);
    assert.ok(lines.includes(`ExecReload=${program} -c ${file} reload`), stdout);
    assert.ok(lines.includes("TimeoutStopSec=60"), "both priorities one after the other");
    assert.ok(lines.includes(`WantedBy=${isRoot ? "multi-user" : "default"}.target`));
  }));

Deno.test("install-service writes a unit, over its own only, and says how to start it", () =>
  inDirectory(async (cwd) => {
    const words = ["install-service", "-c", "conf.yaml", ...WHO, "--write", "--directory", "units"];
    const path = join(cwd, "units/taskmaster-shop.service");
    const first = await runTaskmaster(words, { cwd });
    assert.deepEqual([first.code, first.stderr], [0, ""]);
    assert.match(first.stdout, /enable --now taskmaster-shop\.service\n$/);
    const unit = await Deno.readTextFile(path);
    await checkWithSystemd(path);
    assert.equal((await runTaskmaster(words, { cwd })).code, 0);
    assert.equal(await Deno.readTextFile(path), unit);
    await Deno.writeTextFile(path, "[Unit]\n");
    const refused = await runTaskmaster(words, { cwd });
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(refused.stderr, /was not written by taskmaster, and is left as it is\n$/);
    assert.equal(await Deno.readTextFile(path), "[Unit]\n");
    const left = await Array.fromAsync(Deno.readDir(join(cwd, "units")));
    assert.deepEqual(left.map(({ name }) => name), ["taskmaster-shop.service"]);
  }));

Deno.test("install-service refuses what would not start", () =>
  inDirectory(async (cwd) => {
    await Deno.writeTextFile(join(cwd, "bad.yaml"), "programs: {web: {}}");
    const bad = await runTaskmaster(["install-service", "-c", "bad.yaml", ...WHO], { cwd });
    assert.deepEqual([bad.code, bad.stdout], [4, ""]);
    const nobody = ["install-service", "-c", "conf.yaml", "--user", "no-such-user"];
    const refused = await runTaskmaster(nobody, { cwd });
    assert.deepEqual([refused.code, refused.stdout], [7, ""]);
  }));

/** Where there is a systemd-analyze. */
async function checkWithSystemd(path: string): Promise<void> {
  try {
    const command = new Deno.Command("systemd-analyze", { args: ["verify", path] });
    const { code, stderr } = await command.output();
    const said = new TextDecoder().decode(stderr).split("\n");
    const ours = said.filter((line) => line.includes("taskmaster-shop.service"));
    assert.deepEqual({ code, ours }, { code: 0, ours: [] });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
