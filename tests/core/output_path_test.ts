import assert from "node:assert/strict";
import { expandOutputPath } from "../../src/core/output_path.ts";

Deno.test("expandOutputPath() replaces every placeholder and nothing else", () => {
  const values = { program: "web", process: "web:2", num: 2 };
  assert.equal(
    expandOutputPath("/l/{program}/{process}-{num}{num}.{other}{", values),
    "/l/web/web:2-22.{other}{",
  );
});

Deno.test("expandOutputPath() does not expand what a name brings in", () => {
  assert.equal(
    expandOutputPath("{program}", { program: "$&{num}", process: "p", num: 0 }),
    "$&{num}",
  );
});
