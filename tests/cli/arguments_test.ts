/** Command lines that ask for what cannot be. */
import assert from "node:assert/strict";
import { parseArguments, type Task } from "../../src/cli/arguments.ts";

function parse(line: string): { readonly task: Task; readonly complaint: string } {
  let complaint = "";
  const task = parseArguments(line.split(" "), "0", {
    write: () => {},
    writeError: (text) => complaint += text,
    writeLive: () => {},
    colour: false,
    width: 80,
  });
  return { task, complaint };
}

Deno.test.each([
  ["--name a --socket /x status", "--name and --socket"],
  ["status -c f.yaml --socket /x", "-c and --socket"],
  ["-c f.yaml status --name a", "-c and --name"],
  ["-c f.yaml --name a --socket /x shell", "-c and --name and --socket"],
])("%s: refused, as one of them would not count", (line, flags) => {
  assert.deepEqual(parse(line), {
    task: { kind: "over", exitCode: 2 },
    complaint: `taskmaster: ${flags} each say which running taskmaster is meant; ` +
      "give one of them\n",
  });
});

Deno.test.each([
  ["-c f.yaml --name a", "name"],
  ["daemon -c f.yaml --socket /x", "socket"],
  ["check f.yaml --name a", "name"],
])("%s: refused, as there is no taskmaster yet that could be meant", (line, option) => {
  const { task, complaint } = parse(line);
  assert.deepEqual(task, { kind: "over", exitCode: 2 });
  assert.match(complaint, new RegExp(`^taskmaster: --${option} is for clients; .*${option}: …`));
});
