/** Random settings of the kind that decide about a process. */
import fc from "fast-check";
import type { Rules } from "./reference.ts";

export const rules: fc.Arbitrary<Rules> = fc.record({
  autorestart: fc.constantFrom<Rules["autorestart"]>("unexpected", "always", "never"),
  exitcodes: fc.constantFrom<readonly number[]>([0], [0, 2]),
  startretries: fc.integer({ min: 0, max: 3 }),
  starttimeMs: fc.constantFrom(1000, 0, 1, 3000),
  stopsignal: fc.constantFrom<Rules["stopsignal"]>("TERM", "INT", "KILL"),
  stoptimeMs: fc.constantFrom(5000, 0, 1),
  stopasgroup: fc.boolean().map((isOff) => !isOff),
  killasgroup: fc.boolean().map((isOff) => !isOff),
});

/** Rather some that matter: on an edge of starttime, stoptime, a delay, or somewhere between. */
export const someTime: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 999, 1000, 1001, 3000, 5000, 60_000),
  fc.integer({ min: 0, max: 15_000 }),
);
