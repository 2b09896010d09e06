/** In which order programs are started and stopped. */

export interface Prioritised {
  readonly priority: number;
}

/** Those of equal priority together, the lowest number first: the order of starting. */
export function startTiers<T extends Prioritised>(items: Iterable<T>): T[][] {
  const tiers = new Map<number, T[]>();
  for (const item of items) {
    const tier = tiers.get(item.priority);
    if (tier === undefined) tiers.set(item.priority, [item]);
    else tier.push(item);
  }
  return [...tiers].sort(([a], [b]) => a - b).map(([, tier]) => tier);
}

/** The reverse: the order of stopping. */
export function stopTiers<T extends Prioritised>(items: Iterable<T>): T[][] {
  return startTiers(items).reverse();
}
