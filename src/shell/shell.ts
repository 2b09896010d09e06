/** The control shell: reads lines, runs verbs through the controller, shows events above the prompt. */
import { split } from "shlex";
import { visibleLines } from "../base/visible.ts";
import type { EventLevel, Output, ShellControls } from "../commands/command.ts";

import { completeWords, SHELL_VOCABULARY } from "../commands/complete.ts";
import { orLeave } from "../commands/interrupt.ts";
import { parseVerb } from "../commands/verb_parser.ts";
import { isAtLeast, type JournalRecord } from "../core/record.ts";
import type { Snapshot } from "../core/snapshot.ts";
import type { Controller, Following } from "../ports/controller.ts";
import { RefusedError, UnreachableError } from "../ports/remote_errors.ts";
import type { Terminal } from "../ports/terminal.ts";
import { recordText } from "../render/record.ts";
import { pauseFor } from "../base/pause.ts";
import { style } from "../render/style.ts";
import type { HistoryStore } from "./history.ts";
import type { Completion, LineEditor } from "./line_editor.ts";
import { openLineEditor } from "./open_line_editor.ts";

const PROMPT = "taskmaster> ";
const SUSPENDED = 'taskmaster is suspended: programs go on, but nothing is restarted until "fg"\n';

export interface ShellOptions {
  readonly controller: Controller;
  readonly terminal: Terminal;
  readonly history: HistoryStore;
  readonly colour: boolean;
  /** To leave it is to end everything. */
  readonly isSupervisor: boolean;
  /** Events below this level stay out of the way until `log` asks for them. */
  readonly eventLevel: EventLevel;
}

/** Why the shell ended. */
export type ShellEnd =
  /** The user left; everything has been stopped. */
  | "left"
  | "terminal_lost"
  /** `close` was called. */
  | "closed";

export class Shell {
  readonly #options: ShellOptions;
  readonly #editor: LineEditor;
  readonly #controls: ShellControls;
  readonly #events: Following;
  #hasLeft = false;
  #isClosed = false;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#editor = openLineEditor({
      terminal: options.terminal,
      prompt: PROMPT,
      history: options.history,
      complete: (line, cursor) => this.#complete(line, cursor),
      onSuspend: () => SUSPENDED,
    });
    this.#controls = {
      isSupervisor: options.isSupervisor,
      eventLevel: options.eventLevel,
      leave: () => this.#hasLeft = true,
      confirm: (question) => this.#editor.confirm(question),
    };
    this.#events = options.controller.follow((record) => this.#show(record));
  }

  /** Reads and runs lines until the user leaves or the terminal is gone. Events show from the start. */
  async run(): Promise<ShellEnd> {
    try {
      while (!this.#hasLeft) {
        const read = await this.#editor.readLine();
        if (this.#isClosed) return "closed";
        if (read.kind === "lost") return "terminal_lost";
        if (read.kind === "line") await this.#runLine(read.text);
        if (read.kind === "end") await this.#runLine("quit");
      }
      return "left";
    } finally {
      this.#events.end();
      await this.#options.history.saved();
      await this.#editor.close();
    }
  }

  /** Whole lines of text above the prompt. */
  print(text: string): void {
    this.#editor.printAbove(text);
  }

  isTerminalLost(): boolean {
    return this.#editor.isTerminalLost();
  }

  /** Ends the shell from outside and gives the terminal back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#editor.close();
  }

  async #runLine(line: string): Promise<void> {
    const output = this.#output();
    let words: string[];
    try {
      words = split(line);
    } catch {
      return output.writeError("a quote is not closed\n");
    }
    if (words.length === 0) return;
    try {
      await this.#editor.interruptible((interrupt) => this.#runWords(words, output, interrupt));
    } catch (error) {
      const isRefused = error instanceof UnreachableError || error instanceof RefusedError;
      const what = isRefused ? "" : "internal error: ";
      output.writeError(`${what}${error instanceof Error ? error.message : error}\n`);
    }
  }

  async #runWords(words: string[], output: Output, interrupt: AbortSignal): Promise<void> {
    const { controller } = this.#options;
    const terminal = this.#options.terminal.canEdit ? this.#editor : null;
    await parseVerb(words, async (command, invocation) => {
      if (command.isNoted) await controller.noteCommand(words.join(" "));
      const shell = this.#controls;
      const pause = (ms: number) => pauseFor(ms, interrupt);
      const context = { controller, output, shell, terminal, interrupt, pause };
      const verb = command.run(invocation, context);
      const mayHang = !shell.isSupervisor && command.takesTerminal !== true;
      return await (mayHang ? orLeave(verb, interrupt) : verb);
    }, output);
  }

  #output(): Output {
    const { columns } = this.#options.terminal.size();
    const { colour } = this.#options;
    const write = (text: string) => void this.#editor.print(text);
    return {
      write,
      // Complaints repeat what was asked for, which may have been pasted.
      writeError: (text) => write(visibleLines(text, { colour })),
      writeLive: (text) => this.#editor.printAbove(text),
      colour,
      width: columns > 0 ? columns : Infinity,
    };
  }

  #show(record: JournalRecord): void {
    const { eventLevel } = this.#controls;
    if (eventLevel === "off" || record.kind === "command") return;
    if (!isAtLeast(record.level, eventLevel)) return;
    const colour = record.level === "error" ? "red" : record.level === "warn" ? "yellow" : "dim";
    this.print(style(colour, recordText(record), this.#options.colour) + "\n");
  }

  /** Nobody to ask is no reason to disturb a person who is typing. */
  async #snapshot(): Promise<Pick<Snapshot, "processes">> {
    try {
      return await this.#options.controller.snapshot();
    } catch (error) {
      if (error instanceof UnreachableError) return { processes: [] };
      throw error;
    }
  }

  async #complete(line: string, cursor: number): Promise<Completion> {
    const words = line.slice(0, cursor).split(/\s+/).filter((word, index) => word || index > 0);
    const current = words.at(-1) ?? "";
    const completed = await completeWords(words, SHELL_VOCABULARY, {
      processes: async () => (await this.#snapshot()).processes,
      instances: () => Promise.resolve([]),
    });
    const candidates = completed.kind === "words" ? completed.words : [];
    return { candidates, replaceFrom: cursor - current.length };
  }
}
