/** Scenarios on the real taskmaster, whose changes of state are in its log. */
import { stringify } from "yaml";
import { Connection } from "../../src/control/client/connection.ts";
import { RemoteController } from "../../src/control/client/remote_controller.ts";
import type { JournalRecord } from "../../src/core/record.ts";
import type { SignalName } from "../../src/core/signal.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";
import type { Place } from "../support/taskmaster_place.ts";
import { type Ran, taskmasterCommand } from "../support/taskmaster_run.ts";
import { commandOf, fileOf, preparePlace } from "./actor.ts";
import { runClient, runClientUntil } from "./client_run.ts";
import { ChangesOfJournal } from "./journal_changes.ts";
import { LinesReader } from "./lines_reader.ts";
import type { Program, Programs, Told } from "./scenario.ts";
import { type Change, type End, LIMIT_MS, type Side } from "./side.ts";

export class TaskmasterSide implements Side {
  readonly #tm: Taskmaster;
  readonly #connection: Connection;
  readonly #controller: RemoteController;
  readonly #lines: LinesReader;
  readonly #journal: ChangesOfJournal;

  private constructor(tm: Taskmaster, programs: Programs) {
    this.#tm = tm;
    this.#connection = new Connection(tm.place.socket);
    this.#controller = new RemoteController(this.#connection);
    this.#journal = new ChangesOfJournal((process) => {
      return programs[process.split(":")[0]!]?.autorestart === "always";
    });
    this.#lines = new LinesReader(tm.place.logfile);
  }

  /** Resolves when it can be asked. */
  static async start(programs: Programs): Promise<TaskmasterSide> {
    const place = await preparePlace();
    await writeConfig(place, programs);
    const side = new TaskmasterSide(await startTaskmaster({ programs: "", place }), programs);
    try {
      // By then it listens; its socket is there a moment before that.
      await side.#tm.next(null, "supervisor_started");
      return side;
    } catch (error) {
      await side[Symbol.asyncDispose]();
      throw error;
    }
  }

  get out(): string {
    return this.#tm.place.out;
  }

  changes(): readonly Change[] {
    this.#read();
    return this.#journal.changes;
  }

  ends(): readonly End[] {
    this.#read();
    return this.#journal.ends;
  }

  ask(verb: string, args: readonly string[]): Promise<Ran> {
    return runClient(this.#client(verb, args), this.#tm.place);
  }

  async tell(verb: Told, args: readonly string[]): Promise<void> {
    const [first = "", ...rest] = args;
    if (verb === "signal") await this.#controller.signal(rest, first as SignalName);
    else if (verb === "beginStop") await this.#controller.stop(args, { wait: false });
    else await this.#controller[verb](args);
  }

  askAndLeave(verb: string, name: string, when: () => boolean): Promise<void> {
    return runClientUntil(this.#client(verb, [name]), this.#tm.place, () => this.until(when));
  }

  async reload(programs: Programs): Promise<Ran> {
    await writeConfig(this.#tm.place, programs);
    return await this.ask("reload", []);
  }

  async reloadMistake(): Promise<void> {
    await Deno.writeTextFile(this.#tm.place.config, "broken: [", { append: true });
    await this.ask("reload", []);
    await this.#tm.next(null, "reload_refused");
  }

  async hangUp(): Promise<void> {
    this.#tm.signal("SIGHUP");
    await this.#tm.next(null, "reloaded");
  }

  shutdown(): Promise<number> {
    this.#tm.signal("SIGTERM");
    return this.#tm.ended(LIMIT_MS);
  }

  async until(look: () => boolean): Promise<void> {
    await this.#tm.until(look, LIMIT_MS);
  }

  describe(): string {
    return this.#tm.describe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close();
    await this.#tm[Symbol.asyncDispose]();
    await this.#tm.place.remove();
  }

  #client(verb: string, args: readonly string[]): string[] {
    return [...taskmasterCommand(), "--socket", this.#tm.place.socket, verb, ...args];
  }

  #read(): void {
    for (const line of this.#lines.next()) this.#journal.add(JSON.parse(line) as JournalRecord);
  }
}

async function writeConfig(place: Place, programs: Programs): Promise<void> {
  const sections = Object.entries(programs).map(([name, program]) => {
    return [name, settingsOf(place, name, program)];
  });
  await place.configure(stringify(Object.fromEntries(sections)));
}

function settingsOf(place: Place, name: string, program: Program): Record<string, unknown> {
  const settings: Record<string, unknown> = {
    cmd: commandOf(place, name, program),
    autostart: program.autostart,
    autorestart: program.autorestart,
    exitcodes: program.exitcodes,
    starttime: program.startsecs,
    startretries: program.startretries,
    stopsignal: program.stopsignal,
    stoptime: program.stopwaitsecs,
    stopasgroup: program.stopasgroup,
    killasgroup: program.killasgroup,
    numprocs: program.numprocs,
    priority: program.priority,
    env: program.env,
    umask: program.umask,
    workingdir: program.directory,
    stdout: program.stdout && fileOf(place, program.stdout),
    "stdout_maxbytes": program.stdoutMaxbytes,
    "stdout_backups": program.stdoutBackups,
    stderr: program.redirectStderr ? "stdout" : undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
