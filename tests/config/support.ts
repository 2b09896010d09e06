/** What the tests of the loader have in common. */
import assert from "node:assert/strict";
import type { ConfigContext } from "../../src/config/context.ts";
import { loadConfiguration, type LoadedConfiguration } from "../../src/config/load.ts";
import type { Configuration } from "../../src/core/configuration.ts";
import type { Program } from "../../src/core/program.ts";
import { renderReport } from "../../src/render/diagnostic.ts";

export const CONTEXT: ConfigContext = {
  configPath: "/etc/tm/conf.yaml",
  startedAsRoot: false,
  runsAsRoot: false,
  allowRoot: false,
  env: { HOME: "/home/joe" },
};

export function load(text: string, context: Partial<ConfigContext> = {}): LoadedConfiguration {
  return loadConfiguration({ path: "conf.yaml", text }, { ...CONTEXT, ...context });
}

/** What a user would see. */
export function rendered(text: string, context: Partial<ConfigContext> = {}): string {
  return renderReport(load(text, context).report, { width: 100, colour: false });
}

/** Only the messages, without places, lines and help. */
export function messages(text: string, context: Partial<ConfigContext> = {}): string[] {
  return load(text, context).report.diagnostics.map(({ severity, message }) =>
    `${severity}: ${message}`
  );
}

/** The configuration of a text that has nothing wrong or strange in it. */
export function loadClean(text: string, context: Partial<ConfigContext> = {}): Configuration {
  const { configuration } = load(text, context);
  assert.equal(rendered(text, context), "");
  assert.ok(configuration !== null);
  return configuration;
}

/** The program that some lines of keys make, `cmd: x` put before them. */
export function program(keys: string, context: Partial<ConfigContext> = {}): Program {
  return loadClean(withKeys(keys), context).programs.get("web")!;
}

export function withKeys(keys: string): string {
  const lines = ["cmd: x", ...keys.split("\n")].map((line) => `    ${line}\n`);
  return `programs:\n  web:\n${lines.join("")}`;
}
