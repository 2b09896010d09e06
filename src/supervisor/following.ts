import type { Following } from "../ports/controller.ts";

/** For a controller in the same program, which never goes away. `stop` is called by the first `end`. */
export function followingUntil(stop: () => void): Following {
  const { promise: ended, resolve } = Promise.withResolvers<null>();
  let isOver = false;
  return {
    ended,
    end() {
      if (isOver) return;
      isOver = true;
      stop();
      resolve(null);
    },
  };
}
