/** Real programs on real terminals, without a supervisor: a spawner, and those who watch. */
import assert from "node:assert/strict";
import type { AttachOptions, AttachPiece } from "../../src/ports/attachment.ts";
import type { ChildHandle, LeaderExit, SpawnRequest } from "../../src/ports/spawner.ts";
import type { Program } from "../../src/core/program.ts";
import { watchingStopped } from "../../src/sys/epoll.ts";
import { closePidfd, openPidfd, watchEnd } from "../../src/sys/process/pidfd.ts";
import { within } from "../../src/sys/within.ts";
import { makeProgram } from "./make_program.ts";
import { processesOf } from "./proc.ts";
import { spawnerIn } from "./run_program.ts";
import { Screen } from "./screen.ts";

const LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 50;

export interface Running {
  readonly pid: number;
  readonly child: ChildHandle;
  readonly exited: Promise<LeaderExit>;
}

export class TerminalWorld implements AsyncDisposable {
  readonly directory: string;
  readonly log: string;
  readonly #world: ReturnType<typeof spawnerIn>;
  readonly #running: Running[] = [];
  /** Pids, of those that have ended too. */
  readonly #holders = new Set<number>();
  #generation = 0;

  constructor(directory = Deno.makeTempDirSync()) {
    this.directory = directory;
    this.log = `${directory}/log`;
    this.#world = spawnerIn(directory);
  }

  get terminals(): ReturnType<typeof spawnerIn>["terminals"] {
    return this.#world.terminals;
  }

  start(command: readonly string[], settings: Partial<Program> = {}): Running {
    const request = this.request(command, settings, ++this.#generation);
    const before = processesOf({ parent: Deno.pid });
    const { promise: exited, resolve } = Promise.withResolvers<LeaderExit>();
    const outcome = this.#world.spawner.spawn(request, resolve);
    assert.ok("child" in outcome, JSON.stringify(outcome));
    const running = { pid: outcome.child.identity.pid, child: outcome.child, exited };
    this.#running.push(running);
    for (const pid of processesOf({ parent: Deno.pid })) {
      if (!before.includes(pid) && pid !== running.pid) this.#holders.add(pid);
    }
    return running;
  }

  request(
    command: readonly string[],
    settings: Partial<Program>,
    generation: number,
  ): SpawnRequest {
    const stdout = { kind: "file", path: this.log } as const;
    const stderr = { kind: "stdout" } as const;
    const program = makeProgram({ command, tty: true, stdout, stderr, ...settings });
    return { program, num: 0, processName: "web", generation };
  }

  /** What the process has written, when it has all come. */
  async written(): Promise<string> {
    await this.#world.hub.drain("web.0.stdout", { limitMs: LIMIT_MS });
    return Deno.readTextFileSync(this.log);
  }

  watch(options: Partial<AttachOptions> = {}): TestViewer {
    const all = { columns: 80, rows: 24, isReadOnly: false, limitsSize: true, ...options };
    return new TestViewer(this, all);
  }

  /** Pids of holders, and of what they have started. */
  holders(): number[] {
    return [...this.#holders].flatMap((session) => processesOf({ session }));
  }

  /** Resolves when those of now have ended: some may be on their way. */
  async holdersGone(): Promise<void> {
    await Promise.all(
      this.holders().map(async (pid) => {
        const pidfd = openPidfd(pid);
        if (pidfd === undefined) return;
        await within(LIMIT_MS, new Promise<void>((resolve) => watchEnd(pidfd, resolve)));
        closePidfd(pidfd);
      }),
    );
  }

  /** Files that are kept for terminals. */
  files(): string[] {
    return Array.from(Deno.readDirSync(`${this.directory}/tty`), ({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#running) {
      child.signal("KILL", "group");
      child.release();
    }
    await this.terminals.close({ leaveRunning: false });
    await this.#world.hub.shutdown({ keepFifos: false });
    await this.holdersGone();
    await watchingStopped();
    const [holders, files] = [this.holders(), this.files()];
    await Deno.remove(this.directory, { recursive: true });
    assert.deepEqual({ holders, files }, { holders: [], files: [] });
  }
}

/** A viewer with a screen of its own, as large as it says. */
export class TestViewer {
  readonly screen: Screen;
  readonly pieces: AttachPiece[] = [];
  readonly view: ReturnType<TerminalWorld["terminals"]["attach"]>;
  raw = "";
  /** Set, it takes nothing until it resolves. */
  hold: Promise<void> | null = null;
  readonly #wakers = new Set<() => void>();

  constructor(world: TerminalWorld, options: AttachOptions) {
    this.screen = new Screen({ rows: options.rows, cols: options.columns });
    const process = { program: "web", num: 0 };
    this.view = world.terminals.attach(process, options, (piece) => this.#take(piece));
  }

  type(text: string): Promise<void> {
    return this.view.write(new TextEncoder().encode(text));
  }

  /** Resolves when the screen shows it. */
  async waitFor(wanted: RegExp | (() => boolean)): Promise<void> {
    const holds = () => wanted instanceof RegExp ? wanted.test(this.screen.fullText()) : wanted();
    // What is not on the screen, such as processes, changes without a notice.
    const timer = setInterval(() => this.#wake(), LOOK_AGAIN_MS);
    const deadline = performance.now() + LIMIT_MS;
    try {
      while (!holds()) {
        if (performance.now() >= deadline) {
          throw new Error(`waited for ${wanted}\n${this.screen.fullText()}`);
        }
        await new Promise<void>((resolve) => this.#wakers.add(resolve));
      }
    } finally {
      clearInterval(timer);
    }
  }

  async #take(piece: AttachPiece): Promise<void> {
    await this.hold;
    this.pieces.push(piece);
    if (piece.kind === "bytes") {
      this.raw += new TextDecoder().decode(piece.bytes);
      await this.screen.write(piece.bytes);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}

/** An interactive shell with the prompt "ready>". */
export function startBash(world: TerminalWorld): Running {
  return world.start(["/bin/bash", "--norc", "-i"], { env: { PS1: "ready> " } });
}
