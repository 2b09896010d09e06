/** Resolves after `ms` milliseconds, or as soon as it is called off. */
export function pauseFor(ms: number, calledOff: AbortSignal): Promise<void> {
  if (calledOff.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      calledOff.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    calledOff.addEventListener("abort", done);
  });
}
