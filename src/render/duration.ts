/** Spans of time for people. */

/** "0:01:02", "26:00:05" or "3 days, 2:00:05", as supervisorctl shows uptime. */
export function uptime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, "0"));
  const time = [hours, ...clock].join(":");
  if (days === 0) return time;
  return `${days} ${days === 1 ? "day" : "days"}, ${time}`;
}

/** "350 ms", "2.5 s", "1 min 30 s": for waits and short lives. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor(ms / 1000) % 60;
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}
