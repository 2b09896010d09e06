import { LinuxSpawner } from "../../src/sys/spawn.ts";
import { untilWritten } from "../support/until_written.ts";
import { makeProgram } from "../support/make_program.ts";
import { type Kind, spawnerContract } from "./spawner_contract.ts";

const SCRIPTS: { readonly [K in Kind]: readonly string[] } = {
  "exits 3": ["/bin/sh", "-c", "exit 3"],
  "sleeps": ["/bin/sleep", "1000"],
  "ignores TERM": ["/bin/sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"],
  "leaves a member behind": ["/bin/sh", "-c", "sleep 1000 & exit 0"],
  "does not exist": ["/nowhere/program"],
};

spawnerContract("LinuxSpawner", () => {
  const ready = Deno.makeTempFileSync();
  return {
    spawner: new LinuxSpawner("/nowhere/state"),
    program: (kind) =>
      makeProgram({ command: SCRIPTS[kind], stdout: { kind: "file", path: ready } }),
    act: () => {},
    ready: (kind) => kind === "ignores TERM" ? untilWritten(ready) : Promise.resolve(),
    dispose: () => Deno.removeSync(ready),
  };
});
