import assert from "node:assert/strict";
import { itemsOf, whatIsMissing } from "../support/named_tests.ts";

Deno.test("every item of docs/security.md names its tests, and they exist", () => {
  assert.deepEqual(whatIsMissing("docs/security.md"), []);
  assert.ok(itemsOf("docs/security.md").length > 20);
});

Deno.test("whatIsMissing() finds items without tests, tests without files and names without tests", async () => {
  const path = await Deno.makeTempFile({ suffix: ".md" });
  const here = "tests/tools/security_docs_test.ts";
  try {
    await Deno.writeTextFile(
      path,
      `# Title\n\n- Kept. — ${here}: "every item of docs/security.md\n  names its tests, and they exist"\n` +
        `- Bare.\n- Gone. — tests/none_test.ts: "x" — ${here}: "every item"\n\nNo — item.\n`,
    );
    assert.deepEqual(whatIsMissing(path).map((line) => line.slice(path.length)), [
      ":5: no test is named for: Bare.",
      ':6: there is no test "x" in tests/none_test.ts',
      `:6: there is no test "every item" in ${here}`,
    ]);
  } finally {
    await Deno.remove(path);
  }
});
