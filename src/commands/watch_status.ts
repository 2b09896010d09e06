/** `status --watch`: the table again whenever something has happened. */
import { jsonLine } from "../base/visible.ts";
import type { ProcessSnapshot } from "../core/snapshot.ts";
import { statusTable } from "../render/status_table.ts";
import type { CommandContext } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { writeUnknown } from "./selectors.ts";

/** What happens together is shown together; a crash loop must not keep the supervisor busy. */
const SETTLING_MS = 100;
/** How often uptimes are counted on here; nobody is asked for that. */
const TICK_MS = 1000;

export async function watchStatus(
  selectors: readonly string[],
  asJson: boolean,
  { controller, output, interrupt, pause }: CommandContext,
): Promise<ExitCode> {
  let onChange = () => {};
  let hasChanged = false;
  const following = controller.follow(({ kind }) => {
    // Asking for the state is an event, too: it would go on for ever.
    if (kind === "request") return;
    hasChanged = true;
    onChange();
  });
  let lost: string | null = null;
  void following.ended.then((reason) => {
    lost = reason;
    onChange();
  });
  const { unknown, processes } = await controller.snapshot(selectors);
  let shown = processes;
  writeUnknown(unknown, output);
  if (unknown.length > 0) {
    following.end();
    return EXIT.noSuchProgram;
  }
  const isLive = output.redraw !== undefined && !asJson;
  for (let isNew = true; !interrupt.aborted && lost === null;) {
    const text = asJson ? jsonLines(shown) : statusTable(shown, output);
    if (isLive) output.redraw?.(text);
    else if (isNew) output.write(asJson ? text : `${text}\n`);
    const changed = new Promise<void>((resolve) => onChange = resolve);
    if (!hasChanged) await Promise.race([changed, pause(isLive ? TICK_MS : LONG_MS)]);
    isNew = hasChanged;
    if (!hasChanged) {
      shown = aged(shown, TICK_MS);
      continue;
    }
    await pause(SETTLING_MS);
    hasChanged = false;
    if (!interrupt.aborted && lost === null) {
      shown = (await controller.snapshot(selectors)).processes;
    }
  }
  following.end();
  if (lost === null) return EXIT.done;
  output.writeError(`${lost}\n`);
  return EXIT.unreachable;
}

/** Nothing has to be shown anew before something happens. */
const LONG_MS = 2 ** 31 - 1;

function jsonLines(processes: readonly ProcessSnapshot[]): string {
  return processes.map(jsonLine).join("");
}

function aged(processes: readonly ProcessSnapshot[], ms: number): readonly ProcessSnapshot[] {
  return processes.map((process) => ({
    ...process,
    uptimeMs: process.uptimeMs === null ? null : process.uptimeMs + ms,
    nextStartMs: process.nextStartMs === null ? null : Math.max(0, process.nextStartMs - ms),
  }));
}
