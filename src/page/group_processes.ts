/** The list as it is shown: filtered, and by program. Pure. */
import type { State } from "../core/state.ts";
import type { Shown } from "./store.ts";

export interface Filter {
  /** Part of a name, in any case. */
  readonly text: string;
  readonly state: State | "";
}

export interface Group {
  readonly program: string;
  readonly processes: readonly Shown[];
}

export function groupProcesses(processes: Iterable<Shown>, { text, state }: Filter): Group[] {
  const wanted = text.trim().toLowerCase();
  const groups = new Map<string, Shown[]>();
  for (const process of processes) {
    if (state !== "" && process.state !== state) continue;
    if (!process.name.toLowerCase().includes(wanted)) continue;
    const group = groups.get(process.program);
    if (group === undefined) groups.set(process.program, [process]);
    else group.push(process);
  }
  return [...groups].map(([program, processes]) => ({ program, processes }));
}

/** "3 RUNNING, 1 FATAL" as pairs, the most frequent first. */
export function countStates(processes: readonly Shown[]): [State, number][] {
  const counts = Map.groupBy(processes, ({ state }) => state);
  return [...counts].map(([state, all]): [State, number] => [state, all.length])
    .sort(([, a], [, b]) => b - a);
}
