/** The terminals of all processes that have one. */
import { existsSync } from "node:fs";
import type { AttachListener, AttachOptions } from "../../ports/attachment.ts";
import type { SpawnRequest } from "../../ports/spawner.ts";
import type { Terminals, TerminalView } from "../../ports/terminals.ts";
import { streamKey } from "../output/child_output.ts";
import { libc } from "../libc.ts";
import { Fifo, fifoName, prepareFifoDirectory } from "../output/fifo.ts";
import type { OutputHub } from "../output/output_hub.ts";
import { closePidfd } from "../process/pidfd.ts";
import type { User } from "../privileges/user_database.ts";
import type { EmulatorFactory } from "./emulator.ts";
import { ProcessTerminal } from "./process_terminal.ts";
import { openPseudoTerminal } from "./pseudo_terminal.ts";
import { findHolders, killHolder, startHolder, type TerminalHolder } from "./terminal_holder.ts";
import { TerminalLine } from "./terminal_line.ts";
import { Turn } from "./turn.ts";

/** What of the log is shown as the past of a process that was taken back. */
const PAST_LINES = 200;

export interface TerminalHubOptions {
  readonly stateDir: string;
  /** Has the output of the processes. */
  readonly output: OutputHub;
  readonly loadEmulator: () => Promise<EmulatorFactory>;
  readonly onWarning: (message: string) => void;
}

type ProcessName = Pick<SpawnRequest, "num"> & { readonly program: string };

export class TerminalHub implements Terminals {
  readonly #options: TerminalHubOptions;
  readonly #directory: string;
  readonly #terminals = new Map<string, ProcessTerminal>();
  /** By token: holders of an earlier taskmaster that nobody has asked for yet. */
  readonly #left = new Map<string, TerminalHolder>();
  #emulator: Promise<EmulatorFactory | null> | null = null;

  constructor(options: TerminalHubOptions) {
    this.#options = options;
    this.#directory = `${options.stateDir}/tty`;
    if (!existsSync(this.#directory)) return;
    for (const holder of findHolders(`${options.stateDir} `)) this.#left.set(holder.token, holder);
  }

  /**
   * A terminal for the child of `request`, whose output goes to the FIFO at `output`. Gives its
   * path. Throws an Error when there can be none.
   */
  open(request: SpawnRequest, output: string, owner: User | null): string {
    prepareFifoDirectory(this.#directory);
    const terminal = this.#terminalOf(nameOf(request));
    const { master, path } = openPseudoTerminal(terminal.size, owner);
    let turn: Turn | null = null;
    const keys = new Fifo(this.#keysOf(request));
    try {
      turn = new Turn();
      const holder = startHolder({
        token: this.#token(request),
        master,
        path,
        keys: keys.path,
        output,
        turnFd: turn.waitFd,
      });
      terminal.connect(new TerminalLine(holder, keys), turn);
      return path;
    } catch (error) {
      turn?.give();
      keys.unlink();
      keys.close();
      throw error;
    } finally {
      turn?.closeWaitFd();
      libc().close(master);
    }
  }

  /** Takes back the terminal of a child of an earlier taskmaster. */
  adopt(request: SpawnRequest): void {
    const terminal = this.#terminalOf(nameOf(request));
    const line = this.#takeLeft(request);
    if (line === null) {
      this.#options.onWarning(
        `${request.processName} has lost its terminal: what holds it was killed`,
      );
    }
    terminal.reconnect(line, this.#pastOf(request));
  }

  /** The child has ended, and all that belongs to it. */
  release(request: SpawnRequest): void {
    const terminal = this.#terminals.get(keyOf(nameOf(request)));
    if (terminal !== undefined) void terminal.disconnect();
    else void this.#takeLeft(request)?.end();
  }

  /** The process is gone for good, or has no terminal any more. */
  forget(request: SpawnRequest): void {
    const key = keyOf(nameOf(request));
    const terminal = this.#terminals.get(key);
    if (terminal === undefined) return;
    this.#terminals.delete(key);
    this.#options.output.tap(key, null);
    void terminal.close("process_ended");
  }

  /** Ends what an earlier taskmaster has left for children that are not there any more. */
  sweep(): void {
    for (const holder of this.#left.values()) {
      killHolder(holder);
      closePidfd(holder.pidfd);
    }
    this.#left.clear();
  }

  attach(process: ProcessName, options: AttachOptions, listener: AttachListener): TerminalView {
    return this.#terminalOf(process).attach(options, listener);
  }

  /** With `leaveRunning` the children keep their terminals, for the next taskmaster. */
  async close({ leaveRunning }: { readonly leaveRunning: boolean }): Promise<void> {
    const terminals = [...this.#terminals.values()];
    await Promise.all(
      terminals.map((one) => leaveRunning ? one.leave() : one.close("supervisor_ended")),
    );
  }

  #terminalOf(process: ProcessName): ProcessTerminal {
    const key = keyOf(process);
    const known = this.#terminals.get(key);
    if (known !== undefined) return known;
    const { output } = this.#options;
    const terminal = new ProcessTerminal({
      emulator: this.#loadEmulator(),
      drain: (options) => output.drain(key, options),
    });
    output.tap(key, (bytes) => terminal.feed(bytes));
    this.#terminals.set(key, terminal);
    return terminal;
  }

  #loadEmulator(): Promise<EmulatorFactory | null> {
    return this.#emulator ??= this.#options.loadEmulator().catch((error) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onWarning(
        `terminals have no recent screen until taskmaster is started again: ${reason}`,
      );
      return null;
    });
  }

  async #pastOf(request: SpawnRequest): Promise<Uint8Array> {
    const { bytes } = await this.#options.output.tail(keyOf(nameOf(request)), {
      lines: PAST_LINES,
    });
    return bytes;
  }

  #takeLeft(request: SpawnRequest): TerminalLine | null {
    const token = this.#token(request);
    const holder = this.#left.get(token);
    if (holder === undefined) return null;
    this.#left.delete(token);
    return new TerminalLine(holder, new Fifo(holder.keys));
  }

  #token(request: SpawnRequest): string {
    return `${this.#options.stateDir} ${keyOf(nameOf(request))} ${request.generation}`;
  }

  #keysOf(request: SpawnRequest): string {
    return `${this.#directory}/${fifoName(keyOf(nameOf(request)))}.${request.generation}`;
  }
}

function nameOf({ program, num }: SpawnRequest): ProcessName {
  return { program: program.name, num };
}

function keyOf({ program, num }: ProcessName): string {
  return streamKey(program, num, "stdout");
}
