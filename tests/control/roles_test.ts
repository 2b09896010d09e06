import assert from "node:assert/strict";
import type { Need } from "../../src/control/api.ts";
import { mayDo } from "../../src/control/roles.ts";
import { ROLES } from "../../src/core/http_settings.ts";

Deno.test("mayDo() gives each role what it needs and no more", () => {
  const needs: readonly Need[] = ["read", "operate", "administer"];
  const table = ROLES.map((role) => [role, needs.filter((need) => mayDo(role, need))]);
  assert.deepEqual(table, [
    ["read-only", ["read"]],
    ["operator", ["read", "operate"]],
    ["admin", ["read", "operate", "administer"]],
  ]);
});
