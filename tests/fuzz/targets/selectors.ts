/** Selectors: the first line against names in the others; never more work than letters times letters. */
import { nearest } from "../../../src/base/edit_distance.ts";
import { globMatcher, isProgramName, selectorMatcher } from "../../../src/core/name.ts";
import { FakeSupervisor } from "../../support/fake_supervisor.ts";
import { expect, type FuzzTarget, textOf } from "../target.ts";

const PIECES = [
  ...[
    "*",
    "**",
    "*a",
    "a*",
    "*a*",
    ":",
    ":*",
    ":0",
    "*:*",
    "web",
    "all",
    "\n",
    "[a-z]",
    "?",
    "(a+)+",
  ],
  ...["$", "^", ".*", "\\", "web:00", "web:0x0", "web:1e0", "__proto__", "aaaaaaaaaaaaaaaa", "%2a"],
];
const MOST_NAMES = 20;

export async function open(): Promise<FuzzTarget> {
  const supervisor = await new FakeSupervisor([
    { name: "web", numprocs: 3 },
    { name: "a".repeat(200) },
  ]).boot();
  return {
    pieces: PIECES,
    largest: 2048,
    async run(input) {
      const [selector = "", ...names] = textOf(input).split("\n");
      const matches = selectorMatcher(selector);
      const glob = globMatcher(selector);
      const verdicts = names.slice(0, MOST_NAMES).map((name) => {
        const isMatch = glob(name);
        expect(isMatch === matchesByTable(selector, name), "a glob means what it says");
        if (selector.includes(":") || selector === "all") matches({ program: name, num: 0 });
        else expect(matches({ program: name, num: 7 }) === isMatch, "a selector is a glob");
        isProgramName(name);
        return isMatch;
      });
      nearest(selector, names.slice(0, MOST_NAMES));
      const { processes, unknown } = await supervisor.controller.snapshot([selector]);
      expect(processes.length > 0 || unknown.length === 1, "what matches nothing is unknown");
      return `${selector.split("*").length} ${selector.split(":").length} ${processes.length} ` +
        verdicts.join();
    },
  };
}

/** The same, decided for every beginning of both: slow, but without a thought in it. */
function matchesByTable(glob: string, text: string): boolean {
  let row = Array.from({ length: text.length + 1 }, (_, index) => index === 0);
  for (const letter of glob.split("")) {
    const next = [letter === "*" && row[0]!];
    for (let index = 1; index <= text.length; index++) {
      next.push(
        letter === "*"
          ? row[index]! || next[index - 1]!
          : row[index - 1]! && text[index - 1] === letter,
      );
    }
    row = next;
  }
  return row[text.length]!;
}
