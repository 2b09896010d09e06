/** Settings for tests: the defaults of the configuration, with what matters replaced. */
import type { Configuration, DaemonSettings } from "../../src/core/configuration.ts";
import type { Program } from "../../src/core/program.ts";

export function makeProgram(settings: Partial<Program> = {}): Program {
  return {
    name: "web",
    command: ["/bin/sleep", "1000"],
    numprocs: 1,
    autostart: true,
    autorestart: "unexpected",
    exitcodes: [0],
    startretries: 3,
    starttimeMs: 1000,
    stopsignal: "TERM",
    stoptimeMs: 10_000,
    stopasgroup: true,
    killasgroup: true,
    stdout: { kind: "discard" },
    stderr: { kind: "discard" },
    stdoutRotation: { maxBytes: 0, backups: 0 },
    stderrRotation: { maxBytes: 0, backups: 0 },
    env: {},
    workingdir: "/",
    umask: null,
    user: null,
    priority: 999,
    tty: false,
    essential: false,
    copyOutput: false,
    fatalStateReportAddress: null,
    ...settings,
  };
}

export function makeConfiguration(
  programs: readonly Program[],
  daemon: Partial<DaemonSettings> = {},
): Configuration {
  return {
    path: "/etc/taskmaster.yaml",
    daemon: {
      name: "test",
      user: null,
      umask: 0o022,
      workingdir: "/",
      stateDir: "/nowhere/state",
      logdir: "/nowhere/log",
      logfile: "/nowhere/log/taskmaster.log",
      loglevel: "info",
      logFormat: "text",
      logfileMaxBytes: 0,
      logfileBackups: 0,
      pidfile: null,
      socket: "/nowhere/state/control.sock",
      socketMode: 0o600,
      http: null,
      shutdownTimeoutMs: null,
      onFatal: "ignore",
      ...daemon,
    },
    programs: new Map(programs.map((program) => [program.name, program])),
    alerts: new Map(),
  };
}
