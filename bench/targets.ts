/** What taskmaster has set itself, and whether what was measured is so. */
import { memoryFigure } from "./questions/memory.ts";
import { reloadFigure } from "./questions/reload.ts";
import { RESTART } from "./questions/restart.ts";
import { startFigure } from "./questions/start.ts";
import { statusFigure } from "./questions/status.ts";
import { stopFigure } from "./questions/stop.ts";
import { wakeUpsFigure } from "./questions/idle.ts";
import { renderNumber } from "./render_number.ts";
import type { Figure, Results } from "./results.ts";

export interface Target {
  readonly text: string;
  judge(results: Results): Judgement;
}

export interface Judgement {
  readonly verdict: "met" | "missed" | "not measured";
  /** The figures that decide it. */
  readonly because: string;
}

const OURS = "taskmaster";
const NOT_MEASURED: Judgement = { verdict: "not measured", because: "" };

function atMost(value: number, limit: number, because: string): Judgement {
  return { verdict: value <= limit ? "met" : "missed", because };
}

/** At most this share of what the peer takes. */
function share(figure: Figure, peer: string, part: number): Target["judge"] {
  return (results) => {
    const [ours, theirs] = [OURS, peer].map((name) => results.summary(figure, name)?.median);
    if (ours === undefined || theirs === undefined) return NOT_MEASURED;
    const ratio = ours / theirs;
    return atMost(ratio, part, `${ratio.toFixed(2)} of ${peer}'s`);
  };
}

function limit(figure: Figure, most: number): Target["judge"] {
  return (results) => {
    const value = results.summary(figure, OURS)?.median;
    if (value === undefined) return NOT_MEASURED;
    return atMost(value, most, `${renderNumber(value)} ${figure.unit}`);
  };
}

function forEachProgram(count: number, mostKib: number): Target["judge"] {
  return (results) => {
    const [none, many] = [0, count].map((n) => results.summary(memoryFigure(n), OURS)?.median);
    if (none === undefined || many === undefined) return NOT_MEASURED;
    const each = (1024 * (many - none)) / count;
    return atMost(each, mostKib, `${each.toFixed(1)} KiB`);
  };
}

export const TARGETS: readonly Target[] = [
  { text: "restart after `kill -9` faster than runit's", judge: share(RESTART, "runit", 1) },
  {
    text: "start of 1,000 programs in a third of supervisord's time",
    judge: share(startFigure(1000), "supervisord", 1 / 3),
  },
  ...[stopFigure(200), statusFigure(10), statusFigure(1000), reloadFigure(200)].map((figure) => ({
    text: `${figure.title} in at most half of supervisord's time`,
    judge: share(figure, "supervisord", 1 / 2),
  })),
  { text: "no wake-up while idle", judge: limit(wakeUpsFigure(100), 0) },
  { text: "at most 40 MiB with no program", judge: limit(memoryFigure(0), 40) },
  { text: "at most 16 KiB for each of 1,000 programs", judge: forEachProgram(1000, 16) },
];
