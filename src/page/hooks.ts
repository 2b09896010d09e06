/** What ties components to the store and to time. */
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useReducer } from "preact/hooks";
import type { Store } from "./store.ts";

export const StoreContext = createContext<Store>(null as unknown as Store);

/** The store; the component is drawn again when it changes. */
export function useStore(): Store {
  const store = useContext(StoreContext);
  const draw = useDraw();
  // Before the next frame: a change in between would never be drawn.
  useLayoutEffect(() => store.subscribe(draw), [store]);
  return store;
}

/** The component is drawn again every second. */
export function useEverySecond(): void {
  const draw = useDraw();
  useEffect(() => {
    ticking.add(draw);
    return () => ticking.delete(draw);
  }, []);
}

/** "process/web:0" of ".../#/process/web%3A0" */
export function usePlace(): string {
  const draw = useDraw();
  useEffect(() => {
    addEventListener("hashchange", draw);
    return () => removeEventListener("hashchange", draw);
  }, []);
  try {
    return decodeURIComponent(location.hash.replace(/^#\/?/, ""));
  } catch {
    return ""; // somebody has typed it
  }
}

function useDraw(): () => void {
  const [, draw] = useReducer<number, void>((count) => count + 1, 0);
  return draw as () => void;
}

/** One timer for all. */
const ticking = new Set<() => void>();
setInterval(() => {
  if (!document.hidden) { for (const draw of ticking) draw(); }
}, 1000);
