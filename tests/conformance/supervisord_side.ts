/** Scenarios on the real supervisord, which tells its changes of state through an extension. */
import { join } from "node:path";
import { readIfThere, Watch } from "../support/taskmaster_log.ts";
import { isRoot, Place, tryKill } from "../support/taskmaster_place.ts";
import type { Ran } from "../support/taskmaster_run.ts";
import { commandOf, fileOf, preparePlace } from "./actor.ts";
import { LinesReader } from "./lines_reader.ts";
import { runClient, runClientUntil } from "./client_run.ts";
import type { Program, Programs, State, Told } from "./scenario.ts";
import { type Change, type End, LIMIT_MS, type Side } from "./side.ts";
import { callXmlRpc } from "./xml_rpc.ts";

/** What is in the way of the tests on this machine; null: nothing. */
export async function whyNoSupervisord(): Promise<string | null> {
  try {
    const { stdout } = await new Deno.Command("supervisord", { args: ["--version"] }).output();
    return /^4\./.test(new TextDecoder().decode(stdout)) ? null : "supervisord is not version 4";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no supervisord";
    throw error;
  }
}

export class SupervisordSide implements Side {
  readonly #place: Place;
  readonly #child: Deno.ChildProcess;
  readonly #exitCode: Promise<number>;
  readonly #watch: Watch;
  readonly #changeLines: LinesReader;
  readonly #changes: Change[] = [];
  #hasEnded = false;

  private constructor(place: Place) {
    this.#place = place;
    this.#changeLines = new LinesReader(join(place.out, "changes"));
    this.#watch = new Watch(place.watched);
    this.#child = new Deno.Command("supervisord", {
      args: ["-n", "-c", configOf(place)],
      env: { ...place.env, PYTHONPATH: place.directory, PYTHONDONTWRITEBYTECODE: "1" },
      cwd: place.directory,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#exitCode = this.#child.status.then(({ code }) => {
      this.#hasEnded = true;
      this.#watch.notify();
      return code;
    });
  }

  /** Resolves when it can be asked. */
  static async start(programs: Programs): Promise<SupervisordSide> {
    const place = await preparePlace();
    await writeConfig(place, programs);
    const side = new SupervisordSide(place);
    try {
      await side.until(() => readIfThere(logOf(place)).includes("supervisord started with pid"));
      return side;
    } catch (error) {
      await side[Symbol.asyncDispose]();
      throw error;
    }
  }

  get out(): string {
    return this.#place.out;
  }

  changes(): readonly Change[] {
    for (const line of this.#changeLines.next()) this.#changes.push(changeOf(line));
    return this.#changes;
  }

  ends(): readonly End[] {
    const found = readIfThere(logOf(this.#place)).matchAll(
      /(?:exited|stopped): (\S+) \((?:exit status (\d+)|terminated by SIG(\w+))/g,
    );
    return Array.from(found, ([, name = "", code, signal]) => {
      const process = name.replace(/_(\d+)$/, ":$1");
      return { process, how: code === undefined ? `signal ${signal}` : `code ${code}` };
    });
  }

  ask(verb: string, args: readonly string[]): Promise<Ran> {
    return runClient(this.#client(verb, args), this.#place);
  }

  /** What supervisorctl does. */
  async tell(verb: Told, args: readonly string[]): Promise<void> {
    const socket = socketOf(this.#place);
    const names = args.map(theirName);
    if (verb === "signal") {
      const [signal = "", ...rest] = names;
      for (const name of rest) await callXmlRpc(socket, "signalProcess", [name, signal]);
    } else if (verb === "beginStop") {
      for (const name of names) await callXmlRpc(socket, "stopProcess", [name, false]);
    } else {
      const methods = verb === "restart" ? ["stopProcess", "startProcess"] : [`${verb}Process`];
      for (const method of methods) {
        for (const name of names) await callXmlRpc(socket, method, [name]);
      }
    }
  }

  askAndLeave(verb: string, name: string, when: () => boolean): Promise<void> {
    return runClientUntil(this.#client(verb, [name]), this.#place, () => this.until(when));
  }

  async reload(programs: Programs): Promise<Ran> {
    await writeConfig(this.#place, programs);
    return await this.ask("update", []);
  }

  /** With supervisord's own reload; `update` would refuse the file. */
  async reloadMistake(): Promise<void> {
    await Deno.writeTextFile(configOf(this.#place), "[program:broken]\n", { append: true });
    await this.ask("reload", []);
    await this.until(() => this.#hasEnded);
  }

  async hangUp(): Promise<void> {
    this.#child.kill("SIGHUP");
    const starts = () => readIfThere(logOf(this.#place)).split("supervisord started with pid");
    await this.until(() => starts().length > 2);
    const last = this.changes().at(-1);
    await this.until(() =>
      this.changes().at(-1) !== last && this.changes().at(-1)?.state === "RUNNING"
    );
  }

  async shutdown(): Promise<number> {
    this.#child.kill("SIGTERM");
    await this.until(() => this.#hasEnded);
    return await this.#exitCode;
  }

  async until(look: () => boolean): Promise<void> {
    await this.#watch.until(look, LIMIT_MS, () => this.describe());
  }

  describe(): string {
    return `log of supervisord:\n${readIfThere(logOf(this.#place))}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) tryKill(this.#child.pid, "SIGKILL");
    await this.#exitCode;
    await this.#watch.close();
    await this.#place.remove();
  }

  #client(verb: string, args: readonly string[]): string[] {
    return ["supervisorctl", "-c", configOf(this.#place), verb, ...args.map(theirName)];
  }
}

/** "web:1" is "web:web_1" there. */
function theirName(name: string): string {
  return name.replace(/^([^:]+):(\d+)$/, "$1:$1_$2");
}

function socketOf({ out }: Place): string {
  return join(out, "supervisor.sock");
}

function configOf({ directory }: Place): string {
  return join(directory, "supervisord.conf");
}

function logOf({ directory }: Place): string {
  return join(directory, "log/supervisord.log");
}

function changeOf(line: string): Change {
  const { process, group, event, expected } = JSON.parse(line);
  const state = event.replace("PROCESS_STATE_", "");
  const suffix = state !== "EXITED" ? "" : expected ? "(expected)" : "(unexpected)";
  const number = /_(\d+)$/.exec(process)?.[1];
  return {
    process: number === undefined ? group : `${group}:${number}`,
    state: `${state}${suffix}` as State,
  };
}

async function writeConfig(place: Place, programs: Programs): Promise<void> {
  const socket = socketOf(place);
  const own = `
[unix_http_server]
file=${socket}
[supervisorctl]
serverurl=unix://${socket}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[rpcinterface:observer]
supervisor.rpcinterface_factory=observer:make
path=${join(place.out, "changes")}
[supervisord]
logfile=${logOf(place)}
pidfile=${join(place.out, "supervisord.pid")}
childlogdir=${join(place.directory, "log")}
silent=true
${isRoot ? "user=nobody" : ""}
`;
  const sections = Object.entries(programs).map(([name, program]) => {
    const lines = Object.entries(settingsOf(place, name, program));
    return `[program:${name}]\n${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`;
  });
  await Deno.writeTextFile(configOf(place), own + sections.join(""));
}

const AUTORESTART = { always: "true", never: "false", unexpected: "unexpected" } as const;

function settingsOf(place: Place, name: string, program: Program): Record<string, string> {
  const settings: Record<string, unknown> = {
    command: commandOf(place, name, program).join(" "),
    autostart: program.autostart,
    autorestart: program.autorestart && AUTORESTART[program.autorestart],
    exitcodes: program.exitcodes?.join(","),
    startsecs: program.startsecs,
    startretries: program.startretries,
    stopsignal: program.stopsignal,
    stopwaitsecs: program.stopwaitsecs,
    stopasgroup: program.stopasgroup,
    killasgroup: program.killasgroup,
    numprocs: program.numprocs,
    "process_name": (program.numprocs ?? 1) > 1 ? "%(program_name)s_%(process_num)d" : undefined,
    priority: program.priority,
    environment: program.env &&
      Object.entries(program.env).map(([key, value]) => `${key}="${value}"`).join(","),
    umask: program.umask,
    directory: program.directory,
    "stdout_logfile": program.stdout && fileOf(place, program.stdout),
    "stdout_logfile_maxbytes": program.stdoutMaxbytes,
    "stdout_logfile_backups": program.stdoutBackups,
    "redirect_stderr": program.redirectStderr,
  };
  const stated = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(stated.map(([key, value]) => [key, String(value)]));
}
