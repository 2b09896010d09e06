/** The configuration for those who look at it: everything but what may be secret. */
import type { Configuration } from "../core/configuration.ts";
import type { HttpSettings, Role } from "../core/http_settings.ts";
import type { SettingsView } from "../ports/controller.ts";

export function settingsView({ path, daemon, programs }: Configuration): SettingsView {
  return {
    path,
    taskmaster: { ...daemon, http: daemon.http === null ? null : httpView(daemon.http) },
    programs: [...programs.values()].map((program) => ({
      ...program,
      env: Object.fromEntries(
        Object.entries(program.env).map(([name, value]) => [name, value === null ? null : HIDDEN]),
      ),
    })),
  };
}

function httpView({ listen, hosts, users, tokens }: HttpSettings) {
  return { listen, hosts, users: rolesOf(users), tokens: rolesOf(tokens) };
}

function rolesOf(accounts: Readonly<Record<string, { readonly role: Role }>>) {
  return Object.fromEntries(Object.entries(accounts).map(([name, { role }]) => [name, { role }]));
}

const HIDDEN = "(hidden)";
