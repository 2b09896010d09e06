/** What processes use at present, from readings of what their children have used so far. Pure. */
import type { UsageReply } from "../ports/controller.ts";

export interface Use {
  /** Of one core, in percent; null until there are two readings of the same child. */
  readonly cpu: number | null;
  readonly memoryBytes: number;
}

/** The last reading, and when it was made, as `performance.now()` counts. */
export interface Uses {
  readonly at: number;
  readonly cpuSeconds: ReadonlyMap<string, number>;
  /** By the names of processes. */
  readonly all: ReadonlyMap<string, Use>;
}

export const NO_USES: Uses = { at: 0, cpuSeconds: new Map(), all: new Map() };

export function takeReading(before: Uses, reading: UsageReply["processes"], at: number): Uses {
  const all = reading.map(({ name, cpuSeconds, memoryBytes }): [string, Use] => {
    const earlier = before.cpuSeconds.get(name);
    const spent = earlier === undefined ? -1 : cpuSeconds - earlier;
    const cpu = spent < 0 ? null : spent * 100_000 / (at - before.at);
    return [name, { cpu, memoryBytes }];
  });
  const cpuSeconds = new Map(reading.map((one) => [one.name, one.cpuSeconds]));
  return { at, cpuSeconds, all: new Map(all) };
}

/** Without those of whose child nothing more will be read. */
export function keepUses(uses: Uses, isKept: (name: string) => boolean): Uses {
  const keep = <V>(some: ReadonlyMap<string, V>): ReadonlyMap<string, V> =>
    new Map([...some].filter(([name]) => isKept(name)));
  return { at: uses.at, cpuSeconds: keep(uses.cpuSeconds), all: keep(uses.all) };
}
