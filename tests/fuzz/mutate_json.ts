/** Changes to lines of JSON that leave them JSON: other values, other kinds of values, other keys. */
import { below, pick, type Random } from "./mutate.ts";

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 2, 1.5, -0.1, 4_194_304, 2 ** 31, 2 ** 32, 2 ** 53, 1e300],
  ...["", "web", "../../etc/passwd", "\0", "\x1b[2J", "__proto__", "2026-13-45T99:99:99Z", "💥"],
  ...[[], [[]], {}, { kind: "unknown" }, { toString: null }, { length: 1e9 }],
];
const KEYS = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "kind", "length"];

/** One line is changed; one that is no JSON stays as it is. */
export function mutateJson(text: string, random: Random, pieces: readonly string[]): string {
  const lines = text.split("\n");
  const at = below(random, lines.length);
  let value: unknown;
  try {
    value = JSON.parse(lines[at]!);
  } catch {
    return text;
  }
  lines[at] = JSON.stringify(mutated(value, random, pieces)) ?? "";
  return lines.join("\n");
}

function mutated(value: unknown, random: Random, pieces: readonly string[]): unknown {
  const isLeaf = typeof value !== "object" || value === null || random() < 0.08;
  if (isLeaf) return newValue(value, random, pieces);
  if (Array.isArray(value)) return mutatedList(value, random, pieces);
  const entries = Object.entries(value);
  const index = below(random, entries.length + 1);
  const entry = entries[index];
  const chance = random();
  if (entry === undefined || chance < 0.05) {
    entries.push([pick(random, KEYS), pick(random, VALUES)]);
  } else if (chance < 0.12) entries.splice(index, 1);
  else if (chance < 0.17) entries[index] = [pick(random, KEYS), entry[1]];
  else entries[index] = [entry[0], mutated(entry[1], random, pieces)];
  return Object.fromEntries(entries);
}

function mutatedList(list: unknown[], random: Random, pieces: readonly string[]): unknown[] {
  const index = below(random, list.length + 1);
  if (index === list.length) return [...list, pick(random, VALUES)];
  if (random() < 0.2) return list.flatMap((item, at) => at === index ? [item, item] : [item]);
  return list.with(index, mutated(list[index], random, pieces));
}

function newValue(value: unknown, random: Random, pieces: readonly string[]): unknown {
  if (random() < 0.3) {
    try {
      return JSON.parse(pick(random, pieces));
    } catch {
      return pick(random, pieces);
    }
  }
  if (typeof value === "number" && random() < 0.5) return value + pick(random, [-1, 1, 1e6, -1e6]);
  if (random() < 0.02) return deep(2 ** below(random, 12));
  return pick(random, VALUES);
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}
