/** Settings of a program, as written, to a Program: defaults, absolute paths, merged variables. */
import { join } from "node:path/posix";
import type { DaemonSettings } from "../core/configuration.ts";
import type { OutputTarget, Program, Rotation } from "../core/program.ts";
import type { ConfigContext } from "./context.ts";
import type { ProgramSettings } from "./program_schema.ts";
import { absolutePath, configDirectory } from "./resolve_path.ts";

/** What all programs of a file have in common. */
export interface ProgramSurroundings {
  readonly daemon: Pick<DaemonSettings, "logdir">;
  readonly env: ReadonlyMap<string, string | null>;
  readonly context: ConfigContext;
}

const DEFAULT_ROTATION: Rotation = { maxBytes: 50 * 2 ** 20, backups: 10 };

type Complete = ProgramSettings & Required<Pick<ProgramSettings, "cmd">>;

export function buildProgram(
  name: string,
  settings: Complete,
  { daemon, env, context }: ProgramSurroundings,
): Program {
  return {
    name,
    command: settings.cmd,
    numprocs: settings.numprocs ?? 1,
    autostart: settings.autostart ?? true,
    autorestart: settings.autorestart ?? "unexpected",
    exitcodes: settings.exitcodes ?? [0],
    startretries: settings.startretries ?? 3,
    starttimeMs: settings.starttime ?? 1000,
    stopsignal: settings.stopsignal ?? "TERM",
    stoptimeMs: settings.stoptime ?? 10_000,
    stopasgroup: settings.stopasgroup ?? true,
    killasgroup: settings.killasgroup ?? true,
    stdout: outputTarget(
      settings.stdout,
      join(daemon.logdir, "{program}-{num}.stdout.log"),
      context,
    ),
    // A terminal has but one stream.
    stderr: settings.tty === true ? { kind: "stdout" } : outputTarget(
      settings.stderr,
      join(daemon.logdir, "{program}-{num}.stderr.log"),
      context,
    ),
    stdoutRotation: {
      maxBytes: settings.stdout_maxbytes ?? DEFAULT_ROTATION.maxBytes,
      backups: settings.stdout_backups ?? DEFAULT_ROTATION.backups,
    },
    stderrRotation: {
      maxBytes: settings.stderr_maxbytes ?? DEFAULT_ROTATION.maxBytes,
      backups: settings.stderr_backups ?? DEFAULT_ROTATION.backups,
    },
    env: Object.fromEntries([...env, ...settings.env ?? []]),
    workingdir: settings.workingdir === undefined
      ? configDirectory(context)
      : absolutePath(settings.workingdir, context),
    umask: settings.umask ?? null,
    user: settings.user ?? null,
    priority: settings.priority ?? 999,
    tty: settings.tty ?? false,
    essential: settings.essential ?? false,
    copyOutput: settings.copy_output ?? false,
    fatalStateReportAddress: settings.fatal_state_report_address ?? null,
  };
}

function outputTarget(
  target: OutputTarget | undefined,
  defaultPath: string,
  context: ConfigContext,
): OutputTarget {
  if (target === undefined) return { kind: "file", path: defaultPath };
  if (target.kind !== "file") return target;
  return { kind: "file", path: absolutePath(target.path, context) };
}
