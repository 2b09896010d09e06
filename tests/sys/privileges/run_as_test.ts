import assert from "node:assert/strict";
import { isAlready } from "../../../src/sys/privileges/run_as.ts";
import type { Credentials } from "../../../src/sys/privileges/thread_credentials.ts";

const USER = { name: "web", uid: 7, gid: 8, group: "web", groups: [8, 9], home: "/", shell: "" };
const OWN: Credentials = {
  uids: [7, 7, 7, 7],
  gids: [8, 8, 8, 8],
  groups: [9],
  capabilities: { CapInh: 0n, CapPrm: 0n, CapEff: 0n, CapAmb: 0n },
};

Deno.test("isAlready() is true for the same ids and groups, the primary one named or not", () => {
  assert.equal(isAlready(USER, OWN), true);
  assert.equal(isAlready(USER, { ...OWN, groups: [8, 9] }), true);
  assert.equal(isAlready({ ...USER, groups: [9] }, OWN), true);
});

Deno.test("isAlready() is false when any id or group is another", () => {
  const others: readonly Partial<Credentials>[] = [
    { uids: [0, 7, 7, 7] },
    { uids: [7, 7, 0, 7] },
    { gids: [8, 0, 8, 8] },
    { groups: [] },
    { groups: [9, 10] },
  ];
  for (const other of others) assert.equal(isAlready(USER, { ...OWN, ...other }), false);
});
