/**
 * The control shell: bytes as they come from a terminal, with and without line editing, Tab among
 * them. Every line gets an answer, and nothing of it can steer the terminal of who reads it.
 */
import { completeLine } from "../../../src/shell/completion.ts";
import { entriesOf, HISTORY_LINES, HistoryStore } from "../../../src/shell/history.ts";
import { completeWords, SHELL_VOCABULARY } from "../../../src/commands/complete.ts";
import { DetachDetector, parseDetachKeys } from "../../../src/base/detach_keys.ts";
import type { Terminal, TerminalListener } from "../../../src/ports/terminal.ts";
import { Shell } from "../../../src/shell/shell.ts";
import { FakeSupervisor } from "../../support/fake_supervisor.ts";
import { expect, type FuzzTarget, textOf } from "../target.ts";

const PIECES = [
  ...["status", "start ", "stop ", "restart web:1", "signal HUP ", "tail -f -n 5 web", "events -f"],
  ...["attach term", "why ", "plan", "reload", "log ", "alerts test", "help ", "shutdown", "quit"],
  ...[
    "clear",
    "version --json",
    "--",
    "--json",
    "-n",
    "--lines=",
    "\t",
    "\n",
    "\r",
    "\x03",
    "\x04",
  ],
  ...[
    "\x1a",
    "\x12",
    "\x1b[A",
    "\x1b[D",
    "\x1b[200~",
    "\x1b[201~",
    "\x7f",
    "\x17",
    "\x0b",
    "'",
    '"',
  ],
  ...[
    "\\",
    "$(x)",
    "`x`",
    "web:*",
    "*",
    "all",
    "\x1b]0;x\x07",
    "\u009b31m",
    "日本",
    "👩‍👩‍👧",
    "\u0301",
  ],
  ...["toString", "__proto__", "constructor", "hasOwnProperty"],
];

const ROUND_MS = 60_000;
/** Lines that wait for something are interrupted, one in each round. */
const MOST_ROUNDS = 400;
/** For each byte that came, and to begin with: help is long, and a line is drawn anew for each key. */
const MOST_OUTPUT = { perByte: 20_000, atLeast: 200_000 };

class FuzzTerminal implements Terminal {
  readonly canEdit: boolean;
  output = "";
  #listener: TerminalListener | null = null;
  readonly #decoder = new TextDecoder();
  #isLost = false;

  constructor(canEdit: boolean) {
    this.canEdit = canEdit;
  }

  size() {
    return { columns: 80, rows: 24 };
  }

  open(_mode: unknown, listener: TerminalListener): void {
    this.#listener = listener;
  }

  setMode(): void {}

  write(bytes: Uint8Array): Promise<void> {
    this.output += this.#decoder.decode(bytes, { stream: true });
    return Promise.resolve();
  }

  type(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#listener?.onInput(bytes);
  }

  lose(): void {
    this.#isLost = true;
    this.#listener?.onLost();
  }

  isLost(): boolean {
    return this.#isLost;
  }

  isForeground(): boolean {
    return true;
  }

  canSuspend(): boolean {
    return false;
  }

  suspend(): void {}

  close(): void {
    this.#listener = null;
  }
}

export function open(): Promise<FuzzTarget> {
  return Promise.resolve({
    pieces: PIECES,
    largest: 4096,
    async run(input) {
      const text = textOf(input);
      await complete(text);
      detach(input);
      expect(entriesOf(text.split("\n")).length <= HISTORY_LINES, "a history has an end");
      const canEdit = input.length % 2 === 0;
      const shown = await typeInto(canEdit, input);
      const words = text.match(/^\w+/gm) ?? [];
      return `${canEdit} ${[...new Set(words)].slice(0, 2)} ${shown.length >> 10}`;
    },
  });
}

async function typeInto(canEdit: boolean, input: Uint8Array): Promise<string> {
  const fake = await new FakeSupervisor([
    { name: "web", numprocs: 2 },
    { name: "term", tty: true },
  ]).boot();
  const terminal = new FuzzTerminal(canEdit);
  const shell = new Shell({
    controller: fake.controller,
    terminal,
    history: new HistoryStore(null, () => {}),
    colour: false,
    isSupervisor: false,
    eventLevel: "debug",
  });
  let hasEnded = false;
  const ended = shell.run().then(() => hasEnded = true);
  const half = input.length >> 1;
  terminal.type(input.subarray(0, half));
  await fake.clock.advance(1);
  terminal.type(input.subarray(half));
  for (let round = 0; !hasEnded && round < MOST_ROUNDS; round++) {
    await fake.clock.advance(ROUND_MS);
    terminal.type(Uint8Array.of(3));
    if (round > 2) terminal.lose();
  }
  expect(hasEnded, "every line gets its answer, or can be interrupted");
  await ended;
  await shell.close();
  const { output } = terminal;
  const most = MOST_OUTPUT.atLeast + MOST_OUTPUT.perByte * input.length;
  expect(output.length <= most, `${output.length} characters of output`);
  if (!canEdit) expectHarmless(output);
  return output;
}

/** Not one escape code comes out of an editor that has none. */
function expectHarmless(output: string): void {
  // deno-lint-ignore no-control-regex
  const found = /[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]/.exec(output);
  const at = found?.index ?? 0;
  const context = JSON.stringify(output.slice(Math.max(0, at - 60), at + 20));
  expect(found === null, `a control character is shown: ${context}`);
}

async function complete(line: string): Promise<void> {
  const cursor = line.length - (line.length % 3);
  const words = line.slice(0, cursor).split(/\s+/);
  const current = words.at(-1) ?? "";
  const completed = await completeWords(words, SHELL_VOCABULARY, {
    processes: () => Promise.resolve([{ name: "web:0", program: "web" }]),
    instances: () => Promise.resolve(["production"]),
  });
  if (completed.kind === "files") return;
  const isWhole = completed.words.every((word) => word.startsWith(current));
  expect(isWhole, "what is offered begins with what was typed");
  const completion = { candidates: completed.words, replaceFrom: cursor - current.length };
  const after = completeLine(line, cursor, completion);
  expect(after.cursor <= after.line.length + 1, "the cursor stays in the line");
}

/** Keys are neither lost nor made up. */
function detach(input: Uint8Array): void {
  const keys = parseDetachKeys("ctrl-],d");
  expect(keys.ok, "the usual keys are keys");
  if (!keys.ok) return;
  const { isDetached, keys: passed } = new DetachDetector(keys.value).feed(input);
  expect(passed.length <= input.length, "keys are not made up");
  if (!isDetached && !input.includes(0x1d) && !input.includes(0x1b)) {
    expect(passed.length === input.length, "keys are not lost");
  }
}
