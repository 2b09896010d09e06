import type { SpawnStage } from "../../ports/spawner.ts";

/** What keeps a child from being started, and which of its settings that concerns. */
export class StageError extends Error {
  readonly stage: SpawnStage;

  constructor(stage: SpawnStage, message: string) {
    super(message);
    this.stage = stage;
  }
}
