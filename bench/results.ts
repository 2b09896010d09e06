/** What was measured, and the arithmetic on it. */

export type Unit = "ms" | "s" | "MiB" | "KiB" | "MiB/s" | "times";

/** What is measured: one row of the report. */
export interface Figure {
  readonly title: string;
  readonly unit: Unit;
}

export interface Sample {
  readonly figure: Figure;
  readonly value: number;
}

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Of an even number, the mean of the two in the middle. Throws for none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no values have no median");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

export class Results {
  readonly #rows = new Map<string, { figure: Figure; values: Map<string, number[]> }>();

  add(peer: string, samples: readonly Sample[]): void {
    for (const { figure, value } of samples) {
      const row = this.#rows.get(figure.title) ?? { figure, values: new Map() };
      this.#rows.set(figure.title, row);
      row.values.set(peer, [...row.values.get(peer) ?? [], value]);
    }
  }

  /** In the order in which they came. */
  get figures(): Figure[] {
    return [...this.#rows.values()].map(({ figure }) => figure);
  }

  summary({ title }: Pick<Figure, "title">, peer: string): Summary | undefined {
    const values = this.#rows.get(title)?.values.get(peer);
    return values === undefined ? undefined : summarize(values);
  }
}
