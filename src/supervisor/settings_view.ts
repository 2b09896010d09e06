/** The configuration for those who look at it: everything but what may be secret. */
import type { Configuration } from "../core/configuration.ts";
import type { SettingsView } from "../ports/controller.ts";

export function settingsView({ path, daemon, programs }: Configuration): SettingsView {
  return {
    path,
    taskmaster: { ...daemon },
    programs: [...programs.values()].map((program) => ({
      ...program,
      env: Object.fromEntries(
        Object.entries(program.env).map(([name, value]) => [name, value === null ? null : HIDDEN]),
      ),
    })),
  };
}

const HIDDEN = "(hidden)";
