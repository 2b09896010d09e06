/**
 * Whether data from a file has the shape that the program gave it: files are cut off, damaged, or
 * written by another version. Pure, and says only yes or no: what has not the shape is passed over.
 */

export type Shape<T = unknown> = (value: unknown) => value is T;

type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

export function text(value: unknown): value is string {
  return typeof value === "string";
}

export function flag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** JSON has 1e999, which is read as Infinity. */
export function finite(value: unknown): value is number {
  return Number.isFinite(value);
}

/** Zero or more, as counters are. */
export const count: Shape<number> = integer(0, Number.MAX_SAFE_INTEGER);

/** Both ends included. */
export function integer(least: number, most: number): Shape<number> {
  return (value): value is number =>
    Number.isSafeInteger(value) && least <= (value as number) && (value as number) <= most;
}

export function oneOf<const T>(values: readonly T[]): Shape<T> {
  const known = new Set<unknown>(values);
  return (value): value is T => known.has(value);
}

export function nullOr<T>(shape: Shape<T>): Shape<T | null> {
  return (value): value is T | null => value === null || shape(value);
}

export function maybe<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

export function listOf<T>(shape: Shape<T>, most: number = Infinity): Shape<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= most && value.every(shape);
}

export function pairOf<A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> {
  return (value): value is readonly [A, B] =>
    Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);
}

/** An object with any keys. */
export function mapOf<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every(shape);
}

/** An object with these fields at least: a later version may have written more. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const all = Object.entries(fields) as [string, Shape][];
  return (value): value is T =>
    isObject(value) &&
    all.every(([name, shape]) => shape(Object.hasOwn(value, name) ? value[name] : undefined));
}

/** An object whose `kind` says which fields it has. */
export function kinds<T extends { readonly kind: string }>(
  table: { readonly [K in T["kind"]]: Shape },
): Shape<T> {
  return (value): value is T =>
    isObject(value) && typeof value.kind === "string" && Object.hasOwn(table, value.kind) &&
    table[value.kind as T["kind"]](value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
