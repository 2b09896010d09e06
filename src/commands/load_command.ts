/** The verbs, each loaded when it is wanted: for a run that carries out one of them and ends. */
import type { Command } from "./command.ts";

const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  status: async () => (await import("./status.ts")).status,
  start: async () => (await import("./operate.ts")).start,
  stop: async () => (await import("./operate.ts")).stop,
  restart: async () => (await import("./operate.ts")).restart,
  signal: async () => (await import("./signal.ts")).signal,
  pid: async () => (await import("./pid.ts")).pid,
  tail: async () => (await import("./tail.ts")).tail,
  attach: async () => (await import("./attach.ts")).attach,
  clear: async () => (await import("./clear.ts")).clear,
  why: async () => (await import("./why.ts")).why,
  events: async () => (await import("./events.ts")).events,
  plan: async () => (await import("./plan.ts")).plan,
  reload: async () => (await import("./plan.ts")).reload,
  alerts: async () => (await import("./alerts.ts")).alerts,
  upgrade: async () => (await import("./upgrade.ts")).upgrade,
  shutdown: async () => (await import("./leave.ts")).shutdown,
};

/** undefined for a word that is no verb of a client. */
export function loadCommand(name: string): Promise<Command> | undefined {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name]!() : undefined;
}

export const LOADABLE: readonly string[] = Object.keys(LOADERS);
