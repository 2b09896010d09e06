/**
 * What comes before anything is started, in an order that matters: read the configuration, create
 * what needs root, raise limits, become the user, verify. Nothing runs as root first.
 */
import type { WhoOptions } from "../cli/arguments.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { writeReport } from "../commands/write_report.ts";
import { readConfiguration } from "../config/read.ts";
import { err, ok, type Result } from "../base/result.ts";
import { dirname } from "node:path";
import { processName } from "../core/name.ts";
import { expandOutputPath } from "../core/output_path.ts";
import type { Configuration } from "../core/configuration.ts";
import type { ConfigSource } from "../ports/config_source.ts";
import type { SystemAlertSecrets } from "../sys/privileges/alert_secrets.ts";
import { decidePrivileges } from "../sys/privileges/decide_privileges.ts";
import {
  closeInheritedOnExec,
  disarmFileSizeSignal,
  resetIgnoredSignals,
  settleOpenFileLimit,
} from "../sys/limits.ts";
import { disarmDebugSignal } from "../sys/debug_signal.ts";
import { takeLock } from "../sys/files/lock_file.ts";
import { writePidFile } from "../sys/files/pid_file.ts";
import { preparePlaces } from "../sys/privileges/prepare_places.ts";
import { becomeUser } from "../sys/privileges/privileges.ts";
import type { PageFiles } from "../control/page_files.ts";
import { loadWebSockets } from "../control/websockets.ts";
import { loadEmulator } from "../sys/tty/emulator.ts";
import { ownCredentials } from "../sys/privileges/thread_credentials.ts";
import { ServiceManager } from "../sys/service_manager.ts";
import { strangersWhoOwn } from "../sys/files/trusted_file.ts";
import { TokenSecrets } from "../sys/privileges/token_secrets.ts";
import { lookUpUser, type User } from "../sys/privileges/user_database.ts";
import { prepareAlerts } from "./alerts.ts";
import { readPageFiles } from "./page_files.ts";
import { type Handover, type StartedAs, startedAs, takeHandover } from "./upgrade.ts";
import { configContext, sudoUid } from "./config_context.ts";

export interface Started extends Decided {
  readonly startedAs: StartedAs;
  /** From the program that this one has replaced. */
  readonly handover: Handover | null;
  /** null = nobody waits to be told how we do. */
  readonly serviceManager: ServiceManager | null;
  readonly pidfile: string | null;
  /** Read while we were still who we were started as. */
  readonly secrets: SystemAlertSecrets;
  /** Read then as well; null when it is not served, or was not built. */
  readonly page: PageFiles | null;
}

export interface WantedFiles {
  /** A pidfile in the state directory when the configuration names none. */
  readonly wantsPidfile: boolean;
  /** The log is a file. */
  readonly hasLogfile: boolean;
}

/** The error is what to exit with; why has been written to `output`. */
export async function startUp(
  config: string,
  who: WhoOptions,
  output: Output,
  { wantsPidfile, hasLogfile }: WantedFiles,
): Promise<Result<Started, ExitCode>> {
  closeInheritedOnExec();
  resetIgnoredSignals();
  disarmDebugSignal();
  disarmFileSizeSignal();
  const how = startedAs();
  const handover = takeHandover();
  const serviceManager = ServiceManager.take();
  const decided = decide(config, who, handover, output);
  if (!decided.ok) return decided;
  const { configuration, configSource, user } = decided.value;
  await loadWhatIsNeeded(configuration);
  const warnings = [...decided.value.warnings];
  const { daemon } = configuration;
  const pidfile = daemon.pidfile ?? (wantsPidfile ? `${daemon.stateDir}/taskmaster.pid` : null);
  warnings.push(...ownersOf(configuration, user));
  const page = daemon.http === null ? null : await readPageFiles();
  const secrets = await prepareAlerts(configuration, handover);
  try {
    warnings.push(...enter(configuration, user, { pidfile, hasLogfile }));
  } catch (error) {
    output.writeError(`taskmaster: ${error instanceof Error ? error.message : error}\n`);
    return err(EXIT.failed);
  }
  if (user !== null) warnings.push(...whatIsOutOfReach(configSource, user));
  const { value } = decided;
  const read = { pidfile, secrets, page };
  return ok({ ...value, ...read, warnings, handover, serviceManager, startedAs: how });
}

/** Whom we become may not read the modules. Trouble comes up again when it is needed. */
async function loadWhatIsNeeded({ programs }: Configuration): Promise<void> {
  const hasTerminals = [...programs.values()].some(({ tty }) => tty);
  if (hasTerminals) await Promise.allSettled([loadEmulator(), loadWebSockets()]);
}

/** What is to be, before anything is done about it. Changes nothing. */
export interface Decided {
  readonly configuration: Configuration;
  readonly configSource: ConfigSource;
  /** Has read the tokens of whatever `configSource` has read. */
  readonly tokenSecrets: TokenSecrets;
  /** Whom to become; null = stay who we are. */
  readonly user: User | null;
  readonly warnings: readonly string[];
  readonly isStartedAsRoot: boolean;
}

export function decide(
  config: string,
  who: WhoOptions,
  handover: Handover | null,
  output: Output,
): Result<Decided, ExitCode> {
  const context = configContext(config, who, handover);
  const tokenSecrets = new TokenSecrets(context.env);
  const configSource: ConfigSource = {
    read() {
      const read = readConfiguration(config, context);
      if (!read.ok) return read;
      const secrets = tokenSecrets.read(read.value.configuration.daemon.http?.tokens ?? {});
      return secrets.ok ? read : err({ message: secrets.error, report: null });
    },
  };
  const read = configSource.read();
  if (!read.ok) {
    const { message, report } = read.error;
    if (report === null) output.writeError(`taskmaster: ${message}\n`);
    else writeReport(report, output);
    return err(EXIT.configRefused);
  }
  const { configuration, warnings: report } = read.value;
  writeReport(report, output);
  const { uids, gids } = ownCredentials();
  const decision = decidePrivileges({
    uids,
    gids,
    userOption: who.user ?? null,
    configUser: configuration.daemon.user,
    allowRoot: who.allowRoot,
    lookUp: lookUpUser,
  });
  if (decision.kind === "refuse") {
    output.writeError(`taskmaster: ${decision.message}\n`);
    return err(EXIT.notPermitted);
  }
  const warnings = decision.kind === "stay-with-warning" ? [decision.message] : [];
  const user = decision.kind === "become" ? decision.user : null;
  const isStartedAsRoot = context.startedAsRoot;
  return ok({ configuration, configSource, tokenSecrets, user, warnings, isStartedAsRoot });
}

/** Throws an error of one line; nothing was started by then. Gives warnings. */
function enter(
  configuration: Configuration,
  user: User | null,
  { pidfile, hasLogfile }: { readonly pidfile: string | null; readonly hasLogfile: boolean },
): string[] {
  const { daemon } = configuration;
  const directories = outputDirectories(configuration);
  const places = { daemon, outputDirectories: directories, hasLogfile, owner: user };
  const warnings = preparePlaces(places);
  takeLock(`${daemon.stateDir}/lock`, user);
  if (pidfile !== null) writePidFile(pidfile, user);
  settleOpenFileLimit();
  if (user !== null) becomeUser(user);
  Deno.umask(daemon.umask);
  enterWorkingDirectory(configuration);
  return warnings;
}

function enterWorkingDirectory({ path, daemon }: Configuration): void {
  try {
    Deno.chdir(daemon.workingdir);
  } catch (error) {
    // Nobody asked for the default: the file may well lie where the new user must not go.
    if (daemon.workingdir === dirname(path)) return Deno.chdir("/");
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `cannot enter taskmaster.workingdir ${JSON.stringify(daemon.workingdir)}: ${reason}`,
    );
  }
}

function outputDirectories({ programs }: Configuration): string[] {
  const directories = new Set<string>();
  for (const { name, numprocs, stdout, stderr } of programs.values()) {
    for (const target of [stdout, stderr]) {
      if (target.kind !== "file") continue;
      for (let num = 0; num < numprocs; num++) {
        const process = processName(name, num, numprocs);
        directories.add(dirname(expandOutputPath(target.path, { program: name, process, num })));
      }
    }
  }
  return [...directories];
}

/** Root does what the file says: whose it is should be known to whoever named it. */
function ownersOf({ path }: Configuration, user: User | null): string[] {
  if (Deno.uid() !== 0) return [];
  const sudo = sudoUid();
  const strangers = strangersWhoOwn(path, user === null ? [sudo] : [sudo, user.uid]);
  if (strangers.length === 0) return [];
  return [
    `the configuration, or a directory or link on the way to it, belongs to uid ${
      strangers.join(", ")
    }, ` +
    "who can change what taskmaster does",
  ];
}

/** Said at the start rather than at the first reload. */
function whatIsOutOfReach(configSource: ConfigSource, user: User): string[] {
  const again = configSource.read();
  if (again.ok || again.error.report !== null) return [];
  return [`${again.error.message}; a reload will fail until "${user.name}" may read it`];
}
