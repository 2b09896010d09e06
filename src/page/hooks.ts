/** What ties components to the store and to time. */
import { createContext, type RefObject } from "preact";
import { useContext, useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
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

/** The component is drawn again every second while the element that gets this is in sight. */
export function useEverySecond<E extends HTMLElement>(): RefObject<E | null> {
  const element = useRef<E>(null);
  const draw = useDraw();
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    drawings.set(current, draw);
    inSight.observe(current);
    return () => {
      inSight.unobserve(current);
      ticking.delete(draw);
    };
  }, []);
  return element;
}

/** How many rows to draw: a part in each frame, so that keys are not kept waiting by thousands. */
export function useGradually(rows: number, partsOf: readonly unknown[]): number {
  const before = useRef(partsOf);
  const drawn = useRef(ROWS_AT_ONCE);
  const draw = useDraw();
  if (partsOf.some((part, index) => part !== before.current[index])) drawn.current = ROWS_AT_ONCE;
  before.current = partsOf;
  const count = drawn.current;
  useEffect(() => {
    if (count >= rows) return;
    const frame = requestAnimationFrame(() => {
      drawn.current = count + ROWS_AT_ONCE;
      draw();
    });
    return () => cancelAnimationFrame(frame);
  }, [rows, count, ...partsOf]);
  return count;
}

const ROWS_AT_ONCE = 100;

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

/** Of the elements that are watched. */
const drawings = new WeakMap<Element, () => void>();
const ticking = new Set<() => void>();
const inSight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const draw = drawings.get(target)!;
    if (!isIntersecting) ticking.delete(draw);
    else if (!ticking.has(draw)) {
      ticking.add(draw);
      draw(); // it has stood still
    }
  }
});
/** One timer for all. */
setInterval(() => {
  if (!document.hidden) { for (const draw of ticking) draw(); }
}, 1000);
