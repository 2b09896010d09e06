/** Values of options, as several verbs take them. */

/** The whole number that an option was given, or `fallback` without it; null when it is none. */
export function readCount(option: string | boolean | undefined, fallback: number): number | null {
  if (option === undefined) return fallback;
  return typeof option === "string" && /^\d{1,6}$/.test(option) ? Number(option) : null;
}
