import assert from "node:assert/strict";

const NOWHERE = new URL("./run_nowhere_program.ts", import.meta.url).pathname;

async function runNowhere(...words: string[]): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-lock", "--quiet", NOWHERE, ...words],
    env: { NO_COLOR: "1" },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test.each([
  "check conf.yaml",
  "install-service -c conf.yaml",
  "status -c conf.yaml",
  "shell -c conf.yaml",
  "daemon -c /conf.yaml",
])("in a directory that has been removed, %s says so", async (line) => {
  const { code, stderr } = await runNowhere(...line.split(" "));
  assert.equal(
    stderr,
    "taskmaster: the directory that it is started in has been removed; change to another one\n",
  );
  assert.equal(code, 1);
});

Deno.test("in a directory that has been removed, a file named as a whole is found", async () => {
  const { stderr } = await runNowhere("check", "-c", "/nowhere/conf.yaml");
  assert.match(stderr, /^cannot read configuration "\/nowhere\/conf\.yaml": no such file/);
});
