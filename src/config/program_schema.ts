/** All keys of a program. */
import type * as z from "zod";
import { lifecycleKeys } from "./lifecycle_keys.ts";
import { outputKeys } from "./output_keys.ts";
import { processKeys } from "./process_keys.ts";

export const programShape = { ...processKeys, ...lifecycleKeys, ...outputKeys } as const;

/** The settings of a program that has no mistakes; times in milliseconds, sizes in bytes. */
export type ProgramSettings = {
  readonly [K in keyof typeof programShape]?: z.output<(typeof programShape)[K]>;
};
