import type { Behaviour } from "../support/fake_spawner.ts";
import { FakeChild, FakeSpawner } from "../support/fake_spawner.ts";
import { makeProgram } from "../support/make_program.ts";
import { type Kind, spawnerContract } from "./spawner_contract.ts";

const BEHAVIOURS: { readonly [K in Kind]: Behaviour } = {
  "exits 3": {},
  "sleeps": {},
  "ignores TERM": { dieOf: [] },
  "leaves a member behind": { leavesGroup: true },
  "does not exist": {
    failure: { stage: "command", message: 'no such file: "/nowhere/program"' },
  },
};

spawnerContract("FakeSpawner", () => {
  const spawner = new FakeSpawner();
  for (const [kind, behaviour] of Object.entries(BEHAVIOURS)) {
    spawner.behaviours.set(kind, behaviour);
  }
  return {
    spawner,
    program: (kind) => makeProgram({ name: kind }),
    act(kind, child) {
      if (!(child instanceof FakeChild)) throw new TypeError("not one of ours");
      const code = kind === "exits 3" ? 3 : kind === "leaves a member behind" ? 0 : null;
      if (code !== null) queueMicrotask(() => child.exit({ kind: "code", code }));
    },
    ready: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  };
});
