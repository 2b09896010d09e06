import assert from "node:assert/strict";
import { itemsOf, whatIsMissing } from "../support/named_tests.ts";

Deno.test("every item of docs/security.md names its tests, and they exist", () => {
  assert.deepEqual(whatIsMissing("docs/security.md"), []);
  assert.ok(itemsOf("docs/security.md").length > 20);
});
