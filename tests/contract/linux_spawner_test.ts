import { watchingStopped } from "../../src/sys/epoll.ts";
import { spawnerIn } from "../support/run_program.ts";
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
  const directory = Deno.makeTempDirSync();
  const ready = `${directory}/ready`;
  Deno.writeTextFileSync(ready, "");
  const { spawner, hub } = spawnerIn(directory);
  return {
    spawner,
    program: (kind) =>
      makeProgram({ command: SCRIPTS[kind], stdout: { kind: "file", path: ready } }),
    act: () => {},
    ready: (kind) => kind === "ignores TERM" ? untilWritten(ready) : Promise.resolve(),
    async dispose() {
      await hub.shutdown({ keepFifos: false });
      await watchingStopped();
      await Deno.remove(directory, { recursive: true });
    },
  };
});
