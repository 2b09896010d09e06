/** One thing to be measured of a supervisor whose programs are all up. */
import type { Figure, Sample, Unit } from "../results.ts";
import type { Session } from "../session.ts";

export interface Question {
  /** What `deno task bench NAME` calls it. */
  readonly name: string;
  /** Asked in the first round only: it takes long, and gives the same again. */
  readonly isOnce?: boolean;
  /** Gives nothing when it makes no sense for this supervisor. */
  ask(session: Session): Promise<readonly Sample[]>;
}

export function figureOf(title: string, unit: Unit): Figure {
  return { title, unit };
}

export function programs(count: number): string {
  return count === 0 ? "no program" : `${count.toLocaleString("en")} programs`;
}
