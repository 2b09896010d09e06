/**
 * What the terminal tests run: a shell loop with a few commands. What a test has to know without
 * the terminal goes to the file that REPORT names, one word or two per line.
 */
import { appendFileSync } from "node:fs";
import { HistoryStore } from "../../src/shell/history.ts";
import type { Completion, LineEditor } from "../../src/shell/line_editor.ts";
import { openLineEditor } from "../../src/shell/open_line_editor.ts";
import { SystemTerminal } from "../../src/sys/terminal/terminal.ts";
import { SystemHistoryFile } from "../../src/sys/terminal/terminal_history.ts";

const WORDS = ["start", "status", "stop", "web:0", "web:1", "web:10", "worker"];
const TICK_MS = 20;

const reportPath = Deno.env.get("REPORT");
const historyPath = Deno.env.get("HISTORY");
const terminal = new SystemTerminal({ TERM: Deno.env.get("TERM") });
const history = new HistoryStore(
  historyPath === undefined ? null : new SystemHistoryFile(historyPath),
  (message) => editor.printAbove(`warning: ${message}`),
);
const editor: LineEditor = openLineEditor({
  terminal,
  history,
  prompt: "demo> ",
  complete,
  onSuspend: () => "paused while suspended\n",
  onResume: () => report("resumed"),
});

let ticks = 0;
const ticking = setInterval(() => report(`tick ${++ticks}`), TICK_MS);
let events = 0;
Deno.addSignalListener("SIGUSR1", () => editor.printAbove(`event ${++events}`));
Deno.addSignalListener("SIGUSR2", () => {
  for (let line = 1; line <= 1000; line++) editor.printAbove(`line ${line}`);
  report("flooded");
});
Deno.addSignalListener("SIGHUP", () => report(`hangup lost=${editor.isTerminalLost()}`));
Deno.addSignalListener("SIGTERM", () => void finish(0));

await history.load();
report(`pid ${Deno.pid}`);
report("ready");
await loop();

async function loop(): Promise<void> {
  for (;;) {
    const result = await editor.readLine();
    report(result.kind === "line" ? `line ${result.text}` : result.kind);
    if (result.kind === "lost") return;
    if (result.kind === "end") return await finish(0);
    if (result.kind === "line") {
      await editor.interruptible((signal) => run(result.text.trim(), signal));
    }
  }
}

async function run(line: string, signal: AbortSignal): Promise<void> {
  const [verb, argument = ""] = line.split(/\s+/);
  if (verb === "quit") return await finish(0);
  if (verb === "ask") {
    const answer = await editor.confirm("Really?");
    return await editor.print(`answer: ${answer}`);
  }
  if (verb === "wait") return await waitForAbort(signal);
  if (verb === "count") {
    for (let number = 1; number <= Number(argument); number++) {
      await editor.print(`number ${number}`);
    }
    return;
  }
  if (verb === "pause") await new Promise((resolve) => setTimeout(resolve, Number(argument)));
  await editor.print(`got: ${line}`);
}

async function waitForAbort(signal: AbortSignal): Promise<void> {
  await editor.print("waiting");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await editor.print("aborted");
}

function complete(line: string, cursor: number): Promise<Completion> {
  const replaceFrom = line.lastIndexOf(" ", cursor - 1) + 1;
  const word = line.slice(replaceFrom, cursor);
  return Promise.resolve({ candidates: WORDS.filter((w) => w.startsWith(word)), replaceFrom });
}

async function finish(code: number): Promise<void> {
  clearInterval(ticking);
  await history.saved();
  await editor.close();
  report("closed");
  Deno.exit(code);
}

function report(line: string): void {
  if (reportPath !== undefined) appendFileSync(reportPath, `${line}\n`);
}
