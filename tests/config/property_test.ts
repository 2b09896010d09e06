import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { renderReport } from "../../src/render/diagnostic.ts";
import { load, loadClean } from "./support.ts";

/** Pieces that configuration files are made of, so that random texts get past the first line. */
const PIECES = [
  ..."\n \t:-#&*!|>'\"[]{},?@%`~=<\\\0\r\ufeff",
  ...["\n  ", "\n    ", ": ", "- ", "<<: *a", "&a ", "*a", "x-", "---\n", "!!str ", "%YAML 1.1\n"],
  ...["programs:", "taskmaster:", "web:", "all", "cmd: ", "env: ", "numprocs: ", "umask: 022"],
  ...[
    "exitcodes: ",
    "stdout: ",
    "{num}",
    "__proto__",
    "constructor",
    "null",
    "1.10",
    "日本",
    "\x1b[",
  ],
];

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join("")),
);

Deno.test("loadConfiguration() never throws, and says what is wrong when it gives nothing", () => {
  fc.assert(
    fc.property(text, (text) => {
      const { configuration, report } = load(text);
      const errors = report.diagnostics.filter(({ severity }) => severity === "error");
      assert.equal(configuration === null, errors.length > 0);
      for (const { span } of report.diagnostics) {
        assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
      }
      const starts = report.diagnostics.map(({ span }) => span.start);
      assert.deepEqual(starts, starts.toSorted((a, b) => a - b));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("renderReport() shows any report without control characters and within its lines", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 120 }), (text, width) => {
      const { report } = load(text);
      const rendered = renderReport(report, { width, colour: false });
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(rendered, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      assert.equal(rendered === "", report.diagnostics.length === 0);
    }),
    { numRuns: 1000 },
  );
});

const scalarText = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !/[\0\ufeff]/.test(text));

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/)
  .filter((name) => name !== "all" && !name.startsWith("x-"));

const programSettings = fc.record({
  cmd: fc.array(scalarText, { minLength: 1, maxLength: 4 }),
  numprocs: fc.integer({ min: 1, max: 10_000 }),
  autostart: fc.boolean(),
  autorestart: fc.constantFrom("always", "never", "unexpected", true, false),
  exitcodes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 3 }),
  starttime: fc.constantFrom(0, 1, 0.5, "500ms", "1h30m"),
  stopsignal: fc.constantFrom("TERM", "SIGUSR1", 9),
  stdout: fc.constantFrom(null, "discard", "inherit", "/tmp/{program}-{num}.log"),
  env: fc.dictionary(
    scalarText.filter((name) => !name.includes("=") && name !== "<<"),
    fc.option(scalarText),
    { maxKeys: 4 },
  ),
  umask: fc.constantFrom("022", "0o77", "777"),
  priority: fc.integer({ min: -1000, max: 1000 }),
}, { requiredKeys: ["cmd"] });

const file = fc.record({
  programs: fc.dictionary(name, programSettings, { minKeys: 1, maxKeys: 4 }),
});

/** The library's folding of long lines damages characters outside the basic plane (yaml 2.9.1). */
const UNFOLDED = { lineWidth: 0 };

Deno.test("loadConfiguration() reads the same from every way to write the same YAML", () => {
  fc.assert(
    fc.property(file, (file) => {
      const json = loadClean(JSON.stringify(file));
      for (const style of [{}, { indent: 7 }, { collectionStyle: "flow" } as const]) {
        assert.deepEqual(loadClean(stringify(file, { ...style, ...UNFOLDED })), json);
      }
      assert.deepEqual(loadClean(stringify(file.programs, UNFOLDED)).programs, json.programs);
    }),
    { numRuns: 300 },
  );
});

Deno.test("loadConfiguration() keeps the texts of cmd and env letter by letter", () => {
  fc.assert(
    fc.property(programSettings, (settings) => {
      const { command, env } = loadClean(JSON.stringify({ programs: { web: settings } }))
        .programs.get("web")!;
      assert.deepEqual(command, settings.cmd);
      assert.deepEqual(Object.entries(env), Object.entries(settings.env ?? {}));
    }),
    { numRuns: 300 },
  );
});
