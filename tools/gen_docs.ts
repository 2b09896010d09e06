/** Writes docs/config.md from the schema. A test fails when the file is stale. */
import { commonAlertKeys } from "../src/config/alert_keys.ts";
import { daemonShape } from "../src/config/daemon_schema.ts";
import { httpShape, tokenShape, userShape } from "../src/config/http_schema.ts";
import { emailKeys } from "../src/config/email_keys.ts";
import { httpKeys } from "../src/config/http_keys.ts";
import { programShape } from "../src/config/program_schema.ts";
import type { Shape } from "../src/config/read_settings.ts";
import { type SettingDoc, settingDocs } from "../src/config/setting.ts";
import { syslogKeys } from "../src/config/syslog_keys.ts";

const INTRODUCTION = `\
# Configuration

<!-- Written by \`deno run -A tools/gen_docs.ts\` from src/config. Edit the descriptions there. -->

One YAML file. \`programs:\` maps names to programs, \`taskmaster:\` holds the settings of taskmaster
itself and \`alerts:\` who is told of trouble; both may be absent. A file that has no \`programs:\` but
consists of programs, each with its \`cmd\`, is read as if it had one. \`taskmaster check FILE\` reports
every mistake of a file at once.

- **Names** of programs consist of letters, digits, \`_\`, \`.\` and \`-\`. \`all\` is reserved.
- **Unknown keys** are mistakes, but those that begin with \`x-\` are yours: put anchors there.
  Anchors, aliases and merge keys (\`<<: *name\`) work.
- **Values** are read from their text; quotes make no difference. \`yes\`, \`on\`, \`no\` and \`off\` are
  booleans too. Only an empty value, \`~\` or \`null\` without quotes means "nothing".
- **Times** are seconds (\`0.5\`), or have units: \`500ms\`, \`2s\`, \`1m\`, \`1h30m\`.
- **Sizes** are bytes, or have units: \`10KB\` is 10240 bytes.
- **Relative paths** start at the directory of the configuration file. \`~\` and variables are not
  expanded.

**On reload**: _live_ means a change is taken over without touching the process; _restart_ means the
process is restarted when the value changes.
`;

/** The whole of docs/config.md. */
export function configDocs(): string {
  return [
    INTRODUCTION,
    "## Keys of a program\n",
    ...entries(programShape, Object.keys(programShape)),
    "## Keys of `taskmaster:`\n",
    "A reload names those changes here that take a restart of taskmaster to have an effect.\n",
    ...entries(daemonShape, Object.keys(daemonShape)),
    "## Keys of `http:`\n",
    ...entries(httpShape, Object.keys(httpShape)),
    "## Keys of a user under `http.users:`\n",
    ...entries(userShape, Object.keys(userShape)),
    "## Keys of a token under `http.tokens:`\n",
    ...entries(tokenShape, Object.keys(tokenShape)),
    "## Keys of an alert\n",
    wrap(
      "What stands under `alerts:` and a name of your choice. A reload takes over every change; what " +
        "waits to be sent is kept. How alerts behave: [alerts.md](alerts.md).",
    ) + "\n",
    ...entries(commonAlertKeys),
    "## Keys of an alert with `type: email`\n",
    ...entries(emailKeys),
    "## Keys of an alert with `type: http`\n",
    ...entries(httpKeys),
    "## Keys of an alert with `type: syslog`\n",
    ...entries(syslogKeys),
  ].join("\n").trimEnd() + "\n";
}

function entries(shape: Shape, keys: readonly string[] = Object.keys(shape)): string[] {
  return keys.map((key) => entry(key, settingDocs.get(shape[key]!)!));
}

function entry(key: string, doc: SettingDoc): string {
  const rows = [
    `### ${key}\n`,
    wrap(`- **Type**: ${doc.expects}`, "  "),
    wrap(`- **Default**: ${doc.default}`, "  "),
    ...(doc.reload === undefined ? [] : [`- **On reload**: ${doc.reload}`]),
    `\n${wrap(doc.notes)}\n`,
    "```yaml",
    doc.example,
    "```\n",
  ];
  return rows.join("\n");
}

/** As `deno fmt` would break the lines. */
function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 100) {
      lines.push(`${lines.pop()} ${word}`);
    } else lines.push(last === undefined ? word : indent + word);
  }
  return lines.join("\n");
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("../docs/config.md", import.meta.url), configDocs());
}
