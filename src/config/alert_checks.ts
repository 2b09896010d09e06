/** What is wrong, or strange, in settings of alerts that are right each on their own. */
import type { Span } from "../base/diagnostic.ts";
import { nearest } from "../base/edit_distance.ts";
import { ALERT_EVENT_NAMES } from "../core/alert/alert_event.ts";
import { isBadNews } from "../core/alert/troubles.ts";
import { fillTemplate, isJsonBody, TEMPLATE_WORDS } from "../core/alert/template.ts";
import { globMatcher } from "../core/name.ts";
import type { CommonAlertValues, EmailValues, HttpValues } from "./alert_schema.ts";
import { securityOf, senderOf } from "./build_alert.ts";
import { type ConfigNode, findEntry, type MapNode } from "./config_node.ts";
import type { Mistakes } from "./mistakes.ts";
import { listOf, quote } from "./quote.ts";

export interface CheckedAlert {
  readonly place: string;
  readonly keySpan: Span;
  readonly map: MapNode;
}

const PASSWORD_KEYS = ["password", "password_env", "password_file"] as const;

export function checkEmail(values: EmailValues, checked: CheckedAlert, mistakes: Mistakes): void {
  const { place, keySpan, map } = checked;
  const given = PASSWORD_KEYS.flatMap((key) => findEntry(map, key) ?? []);
  const username = findEntry(map, "username");
  if (given.length > 1) {
    mistakes.error(
      "two-passwords",
      given[1]!.keySpan,
      `${given[1]!.key} in ${place}, where there is ${given[0]!.key} already`,
      {
        help: "keep one of them",
        related: { message: "the other one", span: given[0]!.keySpan },
      },
    );
  }
  if (username !== undefined && given.length === 0) {
    mistakes.error("no-password", username.keySpan, `${place} has a username and no password`, {
      help: 'add "password_env: NAME", "password_file: PATH" or "password: TEXT"',
    });
  }
  if (username === undefined && given.length > 0) {
    mistakes.error("no-username", given[0]!.keySpan, `${place} has a password and no username`, {
      help: 'add "username: NAME"',
    });
  }
  if (findEntry(map, "from") === undefined && senderOf(values) === undefined) {
    mistakes.error("no-from", keySpan, `${place} has no from`, {
      help: 'add the sender: "from: taskmaster@example.com"',
    });
  }
  warnOfOpenPassword(values, checked, mistakes);
}

function warnOfOpenPassword(
  values: EmailValues,
  { place, map }: CheckedAlert,
  mistakes: Mistakes,
): void {
  const { username, host } = values;
  const security = findEntry(map, "security");
  if (username === undefined || security === undefined) return;
  if (securityOf(values) !== "plain" || isLoopback(host ?? "")) return;
  mistakes.warning(
    "open-password",
    security.value.span,
    `${place} sends its password over the network without encryption`,
    { help: 'write "security: starttls" or "security: tls"' },
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

export function checkHttp(
  { headers, template }: HttpValues,
  { place, map }: CheckedAlert,
  mistakes: Mistakes,
): void {
  const entry = findEntry(map, "template");
  if (template === undefined || entry === undefined) return;
  if (!isJsonBody(Object.fromEntries(headers ?? []))) return;
  const sample = Object.fromEntries(TEMPLATE_WORDS.map((word) => [word, "1"]));
  try {
    JSON.parse(fillTemplate(template, sample as Parameters<typeof fillTemplate>[1], true));
  } catch {
    mistakes.error("template-not-json", entry.value.span, `the template of ${place} is not JSON`, {
      help: 'put placeholders inside double quotes, \'{"text": "{{text}}"}\'; for a body that is ' +
        'no JSON add "headers: {Content-Type: text/plain}"',
    });
  }
}

/** It tells the end only of what it has told. */
export function checkEvents(
  { on }: CommonAlertValues,
  { place, map }: CheckedAlert,
  mistakes: Mistakes,
): void {
  const entry = findEntry(map, "on");
  if (entry === undefined || !on?.includes("recovered") || on.some(isBadNews)) return;
  mistakes.warning(
    "lone-recovered",
    entry.value.span,
    `"recovered" in ${place}.on never happens without the event it is the end of`,
    { help: `add one of ${listOf(ALERT_EVENT_NAMES.filter(isBadNews))}` },
  );
}

/** A program may be added later, but a misspelt name would mean silence when it matters. */
export function checkSelectors(
  { place, map }: CheckedAlert,
  programs: readonly string[],
  mistakes: Mistakes,
): void {
  const value = findEntry(map, "programs")?.value;
  if (value === undefined) return;
  for (const { node, selector } of selectorsIn(value)) {
    const [program = ""] = selector.split(":");
    if (selector === "" || program === "all" || programs.some(globMatcher(program))) continue;
    const suggestion = nearest(program, programs);
    mistakes.warning(
      "no-such-program",
      node.span,
      `${quote(selector)} in ${place}.programs is none of the programs in this file`,
      suggestion === undefined ? {} : { help: `did you mean "${suggestion}"?` },
    );
  }
}

function selectorsIn(value: ConfigNode): { node: ConfigNode; selector: string }[] {
  const nodes = value.kind === "list" ? value.items : [value];
  return nodes.flatMap((node) =>
    node.kind === "text"
      ? node.text.split(",").map((part) => ({ node, selector: part.trim() }))
      : []
  );
}
