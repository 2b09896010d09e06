/** What processes use of the machine, read when somebody asks. */
import type { Usage } from "../core/process_usage.ts";

export interface UsageReader {
  /** By pid, for those of the leaders that are alive. Never rejects for what has ended meanwhile. */
  read(leaders: readonly number[]): Promise<ReadonlyMap<number, Usage>>;
}
