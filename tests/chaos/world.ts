/** What all who take part in a run have in common. */
import type { Place } from "../support/taskmaster_place.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Init } from "./init.ts";
import type { ConfigurationOptions } from "./programs.ts";
import type { Turns } from "./turns.ts";

export interface World {
  readonly place: Place;
  readonly chronicle: Chronicle;
  readonly seed: number;
  readonly init: Init;
  readonly programs: ConfigurationOptions;
  /** Taken by whoever ends taskmaster, or needs it to live. */
  readonly lifeTurns: Turns;
  /** Processes that somebody has sent a signal to. */
  readonly hitPids: Set<number>;
}
