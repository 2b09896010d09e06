/** Figures as text. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** "3.4 MiB" */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** step;
  return `${value.toFixed(step > 0 && value < 10 ? 1 : 0)} ${UNITS[step]}`;
}

/** Of one core: "0.3 %", "250 %". */
export function percent(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} %`;
}

/** "3 processes" */
export function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}${what.endsWith("s") ? "es" : "s"}`}`;
}
