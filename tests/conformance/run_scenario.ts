/** Does what a scenario says with the programs of one supervisor, and notes what is seen. */
import { isAlive } from "../support/proc.ts";
import { logFiles } from "../support/log_files.ts";
import { readIfThere } from "../support/taskmaster_log.ts";
import { notesOf } from "./actor.ts";
import type { JointReload, NamedPrograms } from "./joint_reload.ts";
import type { Programs, Scenario, State, Step } from "./scenario.ts";
import type { Side } from "./side.ts";

/** What an actor has noted. */
export interface Note {
  readonly uptime: number;
  readonly pid: number;
  /** "web up". */
  readonly text: string;
}

/** The part of a supervisor that belongs to one scenario: names and files begin with the prefix. */
export class Stage {
  readonly side: Side;
  readonly #prefix: string;
  readonly #reload: JointReload;
  /** What the steps have seen themselves. */
  readonly answers: string[] = [];

  constructor(side: Side, prefix: string, reload: JointReload) {
    this.side = side;
    this.#prefix = prefix;
    this.#reload = reload;
  }

  file(name: string): string {
    return readIfThere(`${this.side.out}/${this.#prefix}${name}`);
  }

  /** Contents of a log and of what was rotated, the oldest first. */
  logFiles(name: string): string[] {
    return logFiles(`${this.side.out}/${this.#prefix}${name}`).map(readIfThere);
  }

  notes(): Note[] {
    const lines = readIfThere(notesOf(this.side.out, this.#prefix)).split("\n").slice(0, -1);
    return lines.map((line) => {
      const [uptime, pid, ...words] = line.split(" ");
      return {
        uptime: Number(uptime),
        pid: Number(pid),
        text: words.join(" ").replaceAll(this.#prefix, ""),
      };
    });
  }

  /** With the names that the scenario knows. */
  ours<T extends { readonly process: string }>(all: readonly T[]): T[] {
    const found = all.filter(({ process }) => process.startsWith(this.#prefix));
    return found.map((each) => ({ ...each, process: each.process.slice(this.#prefix.length) }));
  }

  hasBecome(process: string, state: State, times: number): boolean {
    const name = this.#prefix + process;
    const found = this.side.changes().filter((each) =>
      each.process === name && each.state === state
    );
    return found.length >= times;
  }

  async run(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) await this.#run(step);
    } finally {
      this.#reload.giveUp(this.#prefix);
    }
  }

  async #run(step: Step): Promise<void> {
    const { side, answers } = this;
    switch (step.kind) {
      case "until":
        return await side.until(() => this.hasBecome(step.process, step.state, step.times));
      case "settled":
        return await side.until(() => this.#isSettled(step.process));
      case "ended":
        return await side.until(() => this.ours(side.ends()).some(isOf(step.process)));
      case "noted":
        return await side.until(() => this.#noted(step.text).length >= step.times);
      case "ask": {
        const args = step.args.map((arg) => this.#realName(arg));
        const { code } = await side.ask(step.verb, args);
        answers.push(`${[step.verb, ...step.args].join(" ")}: exit code ${code}`);
        return;
      }
      case "tell":
        return await side.tell(step.verb, step.args.map((arg) => this.#realName(arg)));
      case "leave": {
        const when = () => this.hasBecome(step.process, step.at, 1);
        return await side.askAndLeave(step.verb, this.#realName(step.process), when);
      }
      case "strike":
        return Deno.kill(this.#lastPid(step.text), step.signal);
      case "look": {
        const what = isAlive(this.#lastPid(step.text)) ? "alive" : "gone";
        answers.push(`who noted "${step.text}": ${what}`);
        return;
      }
      case "gone": {
        const pid = this.#lastPid(step.text);
        await side.until(() => !isAlive(pid));
        answers.push(`who noted "${step.text}": gone`);
        return;
      }
      case "state": {
        const last = this.ours(side.changes()).findLast(isOf(step.process));
        answers.push(`${step.process} is ${last?.state ?? "not begun"}`);
        return;
      }
      case "reload": {
        const programs = stagedPrograms(step.programs, this.#prefix);
        const { code } = await this.#reload.come(this.#prefix, programs);
        answers.push(`reload: exit code ${code}`);
        return;
      }
      case "mistake":
        return await side.reloadMistake();
      case "hangUp":
        return await side.hangUp();
      case "shutdown":
        answers.push(`shutdown: exit code ${await side.shutdown()}`);
    }
  }

  #isSettled(process: string): boolean {
    const name = this.#prefix + process;
    const last = this.side.changes().findLast((change) => change.process === name);
    return last !== undefined && !["STARTING", "STOPPING", "BACKOFF"].includes(last.state);
  }

  #noted(text: string): Note[] {
    return this.notes().filter((note) => note.text === text);
  }

  #lastPid(text: string): number {
    const note = this.#noted(text).at(-1);
    if (note === undefined) throw new Error(`nobody has noted "${text}"`);
    return note.pid;
  }

  #realName(name: string): string {
    return name === "all" || /^[A-Z]/.test(name) ? name : this.#prefix + name;
  }
}

function isOf(process: string): (about: { readonly process: string }) => boolean {
  return (about) => about.process === process;
}

/** Programs of a scenario as its supervisor has them. */
export function stagedPrograms(programs: Programs, prefix: string): NamedPrograms {
  return Object.entries(programs).map(([name, program]) => {
    const { stdout } = program;
    return [
      prefix + name,
      stdout === undefined ? program : { ...program, stdout: prefix + stdout },
    ];
  });
}

export function hasReload({ steps }: Scenario): boolean {
  return steps.some(({ kind }) => kind === "reload");
}
