/** Every verb, in the order of `help`. */
import { alerts } from "./alerts.ts";
import { attach } from "./attach.ts";
import { clear } from "./clear.ts";
import type { Command } from "./command.ts";
import { events } from "./events.ts";
import { quit, shutdown } from "./leave.ts";
import { log } from "./log.ts";
import { restart, start, stop } from "./operate.ts";
import { pid } from "./pid.ts";
import { plan, reload } from "./plan.ts";
import { signal } from "./signal.ts";
import { status } from "./status.ts";
import { tail } from "./tail.ts";
import { upgrade } from "./upgrade.ts";
import { version } from "./version.ts";
import { why } from "./why.ts";

export const COMMANDS: readonly Command[] = [
  status,
  start,
  stop,
  restart,
  signal,
  pid,
  tail,
  attach,
  clear,
  why,
  events,
  log,
  plan,
  reload,
  alerts,
  version,
  upgrade,
  shutdown,
  quit,
];

/** Other names that habit brings along. */
export const ALIASES: Readonly<Record<string, string>> = { exit: "quit", update: "reload" };
