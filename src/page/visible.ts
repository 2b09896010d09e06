/// <reference lib="dom" />
/**
 * Whether somebody can see this page. Browsers open six connections to a host, for all of its tabs,
 * and each page keeps some open: a page in the background has to give its own up.
 */

/** A glance at another tab is no reason to begin everything anew. */
const GLANCE_MS = 1000;

/** Aborted when the page has been out of sight for a moment, or `signal` is aborted. */
export function whileVisible(signal: AbortSignal): AbortSignal {
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => end.abort(), GLANCE_MS);
  };
  const all = AbortSignal.any([signal, end.signal]);
  document.addEventListener("visibilitychange", look, { signal: all });
  all.addEventListener("abort", () => clearTimeout(timer));
  look();
  return all;
}

/** Resolves when the page can be seen, or `signal` is aborted. */
export function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = new AbortController();
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      end.abort();
      resolve();
    };
    document.addEventListener("visibilitychange", look, { signal: end.signal });
    signal.addEventListener("abort", look, { signal: end.signal });
    look();
  });
}
