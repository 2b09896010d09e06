/** The configuration loader: any text gives a configuration or mistakes that have a place. */
import { loadConfiguration } from "../../../src/config/load.ts";
import { readText } from "../../../src/config/read.ts";
import { renderReport } from "../../../src/render/diagnostic.ts";
import { CONTEXT } from "../../config/support.ts";
import { expect, type FuzzTarget } from "../target.ts";

const PIECES = [
  ...["\n", "\n  ", "\n    ", ": ", "- ", "<<: *a", "<<: [*a, *a]", "&a ", "*a", "x-y: ", "---\n"],
  ...[
    "...\n",
    "!!str ",
    "!!binary ",
    "!<x> ",
    "%YAML 1.1\n",
    "%TAG ! x\n",
    "? ",
    "|\n",
    ">-\n",
    "#",
  ],
  ...[
    "programs:",
    "taskmaster:",
    "alerts:",
    "web:",
    "all:",
    "cmd: ",
    "env: ",
    "numprocs: ",
    "tty: ",
  ],
  ...[
    "umask: 022",
    "exitcodes: ",
    "stdout: ",
    "{num}",
    "{program}",
    "__proto__: ",
    "constructor: ",
  ],
  ...[
    "null",
    "~",
    "1.10",
    "日本",
    "\x1b[",
    "'",
    '"',
    "[a, b]",
    "{a: b}",
    "[*a, *a, *a, *a]",
    "true",
  ],
  ...["http: {listen: ", "tokens: ", "users: ", "type: email", "to: ", "url: ", "on: ", "1e999"],
];

/** Every message may show a line of the file, cut to the width of the screen, and what is beside it. */
const WIDTH = 100;
const MOST_PER_DIAGNOSTIC = 4000;

export function open(): Promise<FuzzTarget> {
  const directory = Deno.makeTempDirSync({ prefix: "taskmaster_fuzz_" });
  return Promise.resolve({
    pieces: PIECES,
    run(input) {
      let text: string;
      try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(input);
      } catch {
        Deno.writeFileSync(`${directory}/conf.yaml`, input);
        const read = readText(`${directory}/conf.yaml`);
        expect(!read.ok && /line \d+ is not UTF-8/.test(read.error), "broken UTF-8 is refused");
        return "no UTF-8";
      }
      return [false, true].map((isRoot) => load(text, isRoot)).join(" ");
    },
    close: () => Deno.remove(directory, { recursive: true }),
  });
}

function load(text: string, isRoot: boolean): string {
  const source = { path: "conf.yaml", text };
  const rights = { startedAsRoot: isRoot, runsAsRoot: isRoot, allowRoot: isRoot };
  const { configuration, report } = loadConfiguration(source, { ...CONTEXT, ...rights });
  const { diagnostics } = report;
  const hasErrors = diagnostics.some(({ severity }) => severity === "error");
  expect((configuration === null) === hasErrors, "either a configuration or an error");
  for (const { span } of diagnostics) {
    const isInside = 0 <= span.start && span.start <= span.end && span.end <= text.length;
    expect(isInside, "a mistake lies in the text");
  }
  const rendered = renderReport(report, { width: WIDTH, colour: false });
  const most = MOST_PER_DIAGNOSTIC * (diagnostics.length + 1);
  expect(rendered.length <= most, `${rendered.length} characters about ${diagnostics.length}`);
  // deno-lint-ignore no-control-regex
  expect(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(rendered), "a report has no control characters");
  return configuration === null
    ? [...new Set(diagnostics.map(({ code }) => code))].sort().join(",")
    : `ok ${configuration.programs.size > 0} ${configuration.alerts.size > 0}`;
}
