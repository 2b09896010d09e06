/** What a waiting verb waits for, for a person at a terminal. */
import type { HappeningKind, JournalRecord } from "../core/record.ts";
import { listNames } from "../render/names.ts";
import type { CommandContext } from "./command.ts";

/** What is done sooner needs no word. */
const PATIENCE_MS = 300;

const PHASES: Partial<Record<HappeningKind, string>> = {
  started: "starting",
  backoff: "waiting to be tried again",
  stopping: "stopping",
  killing: "being killed",
};

/** null where nobody looks. To be ended when the waiting is over. */
export function showProgress(
  verb: "start" | "stop" | "restart",
  selectors: readonly string[],
  { controller, output, interrupt, pause }: CommandContext,
): { end(): void } | null {
  if (output.progress === undefined) return null;
  const phases = new Map<string, string>();
  let isShown = false;
  let isOver = false;
  const show = () => {
    if (!isShown || isOver) return;
    const waiting = [...phases].map(([name, phase]) => `${name} is ${phase}`);
    output.progress?.(waiting.length === 0 ? `${verb}: waiting …` : `${listNames(waiting)} …`);
  };
  const following = controller.follow((record: JournalRecord) => {
    const { process, kind } = record;
    if (process === undefined || !wanted.has(process)) return;
    const phase = PHASES[kind];
    if (phase === undefined) phases.delete(process);
    else phases.set(process, phase);
    show();
  });
  const wanted = new Set<string>();
  void controller.snapshot(selectors).then(({ processes }) => {
    for (const { name, state } of processes) {
      wanted.add(name);
      if (state === "STARTING" || state === "STOPPING") phases.set(name, state.toLowerCase());
    }
    return pause(PATIENCE_MS);
  }).then(() => {
    isShown = true;
    show();
  }, () => {}); // the request that is waited for tells what is wrong
  const end = () => {
    isOver = true;
    following.end();
    output.progress?.(null);
  };
  interrupt.addEventListener("abort", end, { once: true });
  return { end };
}
