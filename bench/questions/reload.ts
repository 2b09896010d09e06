import { monotonicMs } from "../monotonic.ts";
import type { Figure } from "../results.ts";
import { figureOf, programs, type Question } from "./question.ts";

export function reloadFigure(count: number): Figure {
  return figureOf(`reload with one of ${programs(count)} changed`, "ms");
}

/** From the command line to its end and the first act of the changed program. */
export const reload: Question = {
  name: "reload",
  async ask(session) {
    const { stamps, names, peer, fleet } = session;
    const changed = names[Math.floor(names.length / 2)]!;
    const before = stamps.latest(changed).pid;
    const told = stamps.all.length;
    await session.change(changed);
    const began = monotonicMs();
    const isReplaced = () => stamps.latest(changed).pid !== before;
    await Promise.all([
      session.run(session.layout.reload(changed)),
      stamps.until(`${peer.name}: reload`, isReplaced),
    ]);
    const value = monotonicMs() - began;
    if (stamps.all.length !== told + 1) throw new Error(`${peer.name} has restarted others, too`);
    return [{ figure: reloadFigure(fleet.count), value }];
  },
};
