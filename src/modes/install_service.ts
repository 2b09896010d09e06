/** `taskmaster install-service`: a unit of systemd for a configuration, printed or installed. */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path/posix";
import type { ServiceTask } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import type { Configuration } from "../core/configuration.ts";
import { stopTiers } from "../core/order.ts";
import { systemdUnit, UNIT_MARK } from "../render/systemd_unit.ts";
import { errorCode } from "../sys/process/find_command.ts";
import { replaceFile } from "../sys/files/replace_file.ts";
import { decide } from "./start_up.ts";
import { startedAs } from "./upgrade.ts";

/** For the last output and the last alerts, after the last program. */
const MARGIN_MS = 10_000;

/** What is wrong with the start that the unit would make goes to `output`, and nothing is written. */
export function installService(task: ServiceTask, output: Output): ExitCode {
  const { config, who, isWritten, directory } = task;
  const decided = decide(config, who, null, output);
  if (!decided.ok) return decided.error;
  const { configuration } = decided.value;
  const scope = Deno.uid() === 0 ? "system" : "user";
  const { name } = configuration.daemon;
  const program = ownCommand();
  const file = ["-c", resolve(config)];
  const options = [
    ...who.user === undefined ? [] : ["--user", who.user],
    ...who.allowRoot ? ["--allow-root"] : [],
  ];
  const unit = systemdUnit({
    name,
    scope,
    start: [...program, "daemon", "--foreground", ...file, ...options],
    reload: [...program, ...file, "reload"],
    stopMs: stopMs(configuration),
    hopeless: [EXIT.usage, EXIT.configRefused, EXIT.notPermitted],
  });
  if (!isWritten) {
    output.write(unit);
    return EXIT.done;
  }
  const service = `taskmaster-${name}.service`;
  const place = directory ?? unitDirectory(scope);
  if (place === null) {
    output.writeError("taskmaster: HOME is not set; say where units are with --directory\n");
    return EXIT.failed;
  }
  const path = join(resolve(place), service);
  const problem = write(path, unit);
  if (problem !== null) {
    output.writeError(`taskmaster: ${problem}\n`);
    return EXIT.failed;
  }
  const systemctl = scope === "system" ? "systemctl" : "systemctl --user";
  output.write(
    `wrote ${path}; start it with:\n  ${systemctl} daemon-reload\n` +
      `  ${systemctl} enable --now ${service}\n`,
  );
  return EXIT.done;
}

/** How this program was called, up to its own arguments, from wherever it is called. */
function ownCommand(): string[] {
  const { executable, args } = startedAs();
  const before = args.slice(1, args.length - Deno.args.length);
  // Under `deno run` the last of these is our main module, perhaps relative to where we are.
  if (before.length > 0) before[before.length - 1] = fileURLToPath(Deno.mainModule);
  return [executable, ...before];
}

/** One priority after the other, each as long as its slowest program may take. */
function stopMs({ daemon, programs }: Configuration): number {
  const tiers = stopTiers(programs.values());
  const slowest = tiers.map((tier) => Math.max(...tier.map(({ stoptimeMs }) => stoptimeMs)));
  const inAll = slowest.reduce((sum, each) => sum + each, 0);
  return Math.min(inAll, daemon.shutdownTimeoutMs ?? Infinity) + MARGIN_MS;
}

function unitDirectory(scope: "system" | "user"): string | null {
  if (scope === "system") return "/etc/systemd/system";
  const { XDG_CONFIG_HOME, HOME } = Deno.env.toObject();
  const home = XDG_CONFIG_HOME || (HOME && join(HOME, ".config"));
  return home ? join(home, "systemd/user") : null;
}

/** null when it was written; else why not. A file that somebody else has made is left alone. */
function write(path: string, unit: string): string | null {
  try {
    const before = readIfThere(path);
    if (before !== null && !before.startsWith(UNIT_MARK)) {
      return `${JSON.stringify(path)} was not written by taskmaster, and is left as it is`;
    }
    mkdirSync(join(path, ".."), { recursive: true });
    replaceFile(path, unit, 0o644);
    return null;
  } catch (error) {
    return `cannot write ${JSON.stringify(path)}: ${
      error instanceof Error ? error.message : error
    }`;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
