/** Waits for the end of what a start sets off. */

/** Calls the listener whenever something happens, until the function it gives is called. */
export type Follow = (listener: () => void) => () => void;

/** Calls `then` once, when nothing has happened for so long; the function it gives prevents that. */
export function whenQuiet(follow: Follow, quietMs: number, then: () => void): () => void {
  const leave = () => {
    clearTimeout(timer);
    unfollow();
  };
  const arm = () =>
    setTimeout(() => {
      leave();
      then();
    }, quietMs);
  let timer = arm();
  const unfollow = follow(() => {
    clearTimeout(timer);
    timer = arm();
  });
  return leave;
}
