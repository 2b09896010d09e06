/** The mapping from names to alerts. */
import { nearest } from "../base/edit_distance.ts";
import type { Span } from "../base/diagnostic.ts";
import { ALERT_TYPES, type AlertSettings } from "../core/alert/settings.ts";
import { isProgramName } from "../core/name.ts";
import {
  type CheckedAlert,
  checkEmail,
  checkEvents,
  checkHttp,
  checkSelectors,
} from "./alert_checks.ts";
import {
  alertShapes,
  type AlertType,
  type CommonAlertValues,
  REQUIRED_ALERT_KEYS,
} from "./alert_schema.ts";
import { buildEmailAlert, buildHttpAlert, buildSyslogAlert } from "./build_alert.ts";
import {
  type ConfigNode,
  describeKind,
  type Entry,
  findEntry,
  isNull,
  type MapNode,
} from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import { FOREIGN_ALERT_KEYS } from "./foreign_names.ts";
import type { Scope } from "./mistakes.ts";
import { warnOfMissing } from "./outside.ts";
import { listOf, quote } from "./quote.ts";
import { isExtension, readSettings, type Settings, type Shape } from "./read_settings.ts";
import { settingDocs } from "./setting.ts";

export interface AlertsScope extends Scope {
  readonly context: ConfigContext;
  /** Names of the programs of the file. */
  readonly programs: readonly string[];
}

/** Reads every alert that can be read; those with mistakes are missing from the result. */
export function readAlerts(
  section: ConfigNode | undefined,
  scope: AlertsScope,
): Map<string, AlertSettings> {
  const alerts = new Map<string, AlertSettings>();
  if (section === undefined || isNull(section)) return alerts;
  if (section.kind !== "map") {
    scope.mistakes.error(
      "wrong-kind",
      section.span,
      `found ${describeKind(section)} in alerts; expected a mapping from names to alerts`,
      section.kind === "list" ? { help: 'write "oncall:" instead of "- name: oncall"' } : {},
    );
    return alerts;
  }
  for (const entry of section.entries) {
    if (isExtension(entry.key)) continue;
    const alert = readAlert(entry, scope);
    if (alert !== null) alerts.set(alert.name, alert);
  }
  return alerts;
}

function readAlert({ key, keySpan, value }: Entry, scope: AlertsScope): AlertSettings | null {
  const place = `alerts.${key}`;
  if (!isProgramName(key)) {
    scope.mistakes.error("bad-name", keySpan, `unusable alert name ${quote(key)}`, {
      help: 'names are made of letters, digits, and any of _ . - ("all" is reserved)',
    });
  }
  if (value.kind !== "map") {
    const found = isNull(value) ? "is empty" : `is ${describeKind(value)}`;
    scope.mistakes.error("wrong-kind", keySpan, `${place} ${found}; expected a mapping`, {
      help: 'indent its keys under it; it needs at least "type"',
    });
    return null;
  }
  const type = readType(value, place, keySpan, scope);
  if (type === null) return null;
  const checked = { place, keySpan, map: value };
  switch (type) {
    case "email": {
      const values = readKeys(checked, type, scope);
      checkEmail(values, checked, scope.mistakes);
      const { host, to } = values;
      if (host === undefined || to === undefined) return null;
      return buildEmailAlert(key, { ...values, host, to }, scope.context);
    }
    case "http": {
      const values = readKeys(checked, type, scope);
      checkHttp(values, checked, scope.mistakes);
      const { url } = values;
      return url === undefined ? null : buildHttpAlert(key, { ...values, url }, scope.context);
    }
    case "syslog":
      return buildSyslogAlert(key, readKeys(checked, type, scope));
  }
}

/** Reported when there is none: without it no other key can be judged. */
function readType(
  map: MapNode,
  place: string,
  keySpan: Span,
  { mistakes }: Scope,
): AlertType | null {
  const entry = findEntry(map, "type");
  const help = `the types are ${listOf(ALERT_TYPES, "and")}`;
  if (entry === undefined) {
    mistakes.error("no-type", keySpan, `${place} has no type`, { help });
    return null;
  }
  const text = entry.value.kind === "text" ? entry.value.text : "";
  const type = ALERT_TYPES.find((type) => type === text.toLowerCase());
  if (type !== undefined) return type;
  const suggestion = TYPE_SYNONYMS.get(text.toLowerCase()) ?? nearest(text, ALERT_TYPES);
  mistakes.error("unknown-type", entry.value.span, `unknown type ${quote(text)} in ${place}`, {
    help: suggestion === undefined ? help : `did you mean "${suggestion}"?`,
  });
  return null;
}

const TYPE_SYNONYMS: ReadonlyMap<string, AlertType> = new Map([
  ["mail", "email"],
  ["e-mail", "email"],
  ["smtp", "email"],
  ["gmail", "email"],
  ["webhook", "http"],
  ["hook", "http"],
  ["https", "http"],
  ["slack", "http"],
]);

function readKeys<T extends AlertType>(
  checked: CheckedAlert,
  type: T,
  scope: AlertsScope,
): Settings<(typeof alertShapes)[T]> {
  const { place, keySpan, map } = checked;
  const shape: Shape = alertShapes[type];
  const kind = { shape, foreignKeys: hintsFor(type) };
  const values = readSettings(map, kind, place, scope);
  for (const key of REQUIRED_ALERT_KEYS[type]) {
    if (findEntry(map, key) !== undefined) continue;
    const { example } = settingDocs.get(shape[key]!)!;
    const mark = example.includes('"') ? "'" : '"';
    scope.mistakes.error(`no-${key}`, keySpan, `${place} has no ${key}`, {
      help: `add it: ${mark}${example}${mark}`,
    });
  }
  warnOfMissing(map, place, values, scope);
  checkSelectors(checked, scope.programs, scope.mistakes);
  checkEvents(values as CommonAlertValues, checked, scope.mistakes);
  return values as Settings<(typeof alertShapes)[T]>;
}

/** Keys that other types have, and what other tools call ours. */
function hintsFor(type: AlertType): ReadonlyMap<string, string> {
  const hints = new Map(FOREIGN_ALERT_KEYS);
  for (const other of ALERT_TYPES) {
    for (const key of Object.keys(alertShapes[other])) {
      const owners = ALERT_TYPES.filter((owner) => Object.hasOwn(alertShapes[owner], key));
      hints.set(key, `it belongs to type ${listOf(owners, "and")}; this alert is of type ${type}`);
    }
  }
  return hints;
}
