/** The text of a configuration file to a Configuration, or to all its mistakes. Pure. */
import type { Report, SourceText } from "../base/diagnostic.ts";
import { LineIndex } from "../base/line_index.ts";
import type { Configuration } from "../core/configuration.ts";
import { readAlerts } from "./alerts_section.ts";
import { buildDaemon } from "./build_daemon.ts";
import { type ConfigNode, describeKind, isNull } from "./config_node.ts";
import type { ConfigContext } from "./context.ts";
import { daemonShape, type DaemonValues } from "./daemon_schema.ts";
import { FOREIGN_DAEMON_KEYS } from "./foreign_names.ts";
import { hideSecrets } from "./hide_secrets.ts";
import { readHttp } from "./http_section.ts";
import { Mistakes, type Scope } from "./mistakes.ts";
import { parseYaml } from "./parse_yaml.ts";
import { readPrograms } from "./programs_section.ts";
import { readSettings } from "./read_settings.ts";
import { findSections } from "./sections.ts";

export interface LoadedConfiguration {
  /** null when the report has an error. */
  readonly configuration: Configuration | null;
  /** Errors and warnings, in file order. */
  readonly report: Report;
}

/** Never throws, whatever the text. */
export function loadConfiguration(source: SourceText, context: ConfigContext): LoadedConfiguration {
  const mistakes = new Mistakes();
  const root = parseYaml(source.text, mistakes);
  const configuration = mistakes.hasErrors && root === null
    ? null
    : readRoot(root, { text: source.text, mistakes }, context);
  const report = mistakes.report({ ...source, text: hideSecrets(source.text, root) });
  return { configuration: mistakes.hasErrors ? null : configuration, report };
}

function readRoot(root: ConfigNode | null, scope: Scope, context: ConfigContext): Configuration {
  const lines = new LineIndex(scope.text);
  const sections = findSections(root, scope.mistakes);
  const values = readDaemonValues(sections.daemon, scope);
  const daemon = {
    ...buildDaemon(values, sections.daemon, context, scope.mistakes),
    http: readHttp(sections.daemon, scope, context),
  };
  // Whoever becomes somebody else cannot start programs as yet another.
  const runsAsRoot = context.runsAsRoot && (daemon.user === null || daemon.user === "root");
  const surroundings = {
    daemon,
    env: values.env ?? new Map(),
    context: { ...context, runsAsRoot },
  };
  const programs = readPrograms(sections.programs, {
    ...scope,
    lines,
    surroundings,
    prefix: sections.prefix,
  });
  const alerts = readAlerts(sections.alerts, {
    ...scope,
    context,
    programs: sections.programs.map(({ key }) => key),
  });
  return { path: context.configPath, daemon, programs, alerts };
}

export function readDaemonValues(section: ConfigNode | undefined, scope: Scope): DaemonValues {
  if (section === undefined || isNull(section)) return {};
  if (section.kind !== "map") {
    scope.mistakes.error(
      "wrong-kind",
      section.span,
      `found ${describeKind(section)} in taskmaster; expected a mapping of settings`,
    );
    return {};
  }
  const kind = {
    shape: daemonShape,
    foreignKeys: FOREIGN_DAEMON_KEYS,
  };
  return readSettings(section, kind, "taskmaster", scope);
}
