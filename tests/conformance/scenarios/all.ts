/** Every scenario. */
import type { Scenario } from "../scenario.ts";
import { CHILDREN } from "./children.ts";
import { ENDING } from "./ending.ts";
import { RELOADING } from "./reloading.ts";
import { SEVERAL } from "./several.ts";
import { STARTING } from "./starting.ts";
import { STOPPING } from "./stopping.ts";
import { WHOLE } from "./whole.ts";

export const SCENARIOS: readonly Scenario[] = [
  ...STARTING,
  ...ENDING,
  ...STOPPING,
  ...CHILDREN,
  ...SEVERAL,
  ...RELOADING,
  ...WHOLE,
];
