import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareByName,
  globMatcher,
  isProgramName,
  processName,
  selectorMatcher,
} from "../../src/core/name.ts";

const PROCESSES = [
  { program: "db", num: 0 },
  { program: "web", num: 0 },
  { program: "web", num: 1 },
  { program: "web2", num: 0 },
];

function selected(selector: string): string {
  return PROCESSES.filter(selectorMatcher(selector)).map((p) => `${p.program}:${p.num}`).join(" ");
}

Deno.test.each([
  ["web", "web:0 web:1"],
  ["web:1", "web:1"],
  ["web:*", "web:0 web:1"],
  ["w*", "web:0 web:1 web2:0"],
  ["*b", "db:0 web:0 web:1"],
  ["*:0", "db:0 web:0 web2:0"],
  ["all", "db:0 web:0 web:1 web2:0"],
  ["*", "db:0 web:0 web:1 web2:0"],
  ["we", ""],
  ["web:2", ""],
  ["web:01", ""],
  [":", ""],
  ["", ""],
])("selectorMatcher(%s) selects '%s'", (selector, expected) => {
  assert.equal(selected(selector), expected);
});

Deno.test("globMatcher() agrees with a regular expression", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  fc.assert(fc.property(text, text, (glob, candidate) => {
    const pattern = new RegExp(`^${glob.replaceAll("*", "[^]*")}$`);
    assert.equal(globMatcher(glob)(candidate), pattern.test(candidate));
  }));
});

Deno.test("globMatcher() takes no longer for a hostile glob", () => {
  const matches = globMatcher("*a".repeat(5000) + "b");
  assert.equal(matches("a".repeat(20_000)), false);
});

Deno.test("processName() numbers processes only when there are several", () => {
  assert.equal(processName("web", 0, 1), "web");
  assert.equal(processName("web", 0, 2), "web:0");
});

Deno.test("isProgramName() refuses what selectors or paths would trip over", () => {
  for (const name of ["web", "a.b-c_D9", "1"]) assert.ok(isProgramName(name), name);
  for (const name of ["", "all", "a b", "a:b", "a*", "a/b", "ä"]) {
    assert.ok(!isProgramName(name), name);
  }
});

Deno.test("compareByName() counts numbers as numbers", () => {
  const names = [10, 9, 1].map((num) => ({ program: "web", num }));
  assert.deepEqual(names.sort(compareByName).map(({ num }) => num), [1, 9, 10]);
});
