/** A remote controller whose events go on when taskmaster is started again. */
import { pauseFor } from "../../base/pause.ts";
import type { JournalRecord } from "../../core/record.ts";
import type { Following } from "../../ports/controller.ts";
import { UnreachableError } from "../../ports/remote_errors.ts";
import { RemoteController } from "./remote_controller.ts";
import type { Connection } from "./connection.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;

export interface ReconnectingOptions {
  onLost(reason: string): void;
  onBack(): void;
}

export class ReconnectingController extends RemoteController {
  readonly #options: ReconnectingOptions;

  constructor(connection: Connection, options: ReconnectingOptions) {
    super(connection);
    this.#options = options;
  }

  /** Ends only when it is told to. */
  override follow(listener: (record: JournalRecord) => void): Following {
    const end = new AbortController();
    const work = async (): Promise<null> => {
      let following = super.follow(listener);
      end.signal.addEventListener("abort", () => following.end());
      for (;;) {
        const reason = await following.ended;
        if (end.signal.aborted || reason === null) return null;
        this.#options.onLost(reason);
        if (!await this.#isBack(end.signal)) return null;
        following = super.follow(listener);
        this.#options.onBack();
      }
    };
    return { ended: work(), end: () => end.abort() };
  }

  /** False when it was called off before. */
  async #isBack(end: AbortSignal): Promise<boolean> {
    for (let delayMs = FIRST_DELAY_MS;; delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS)) {
      await pauseFor(delayMs, end);
      if (end.aborted) return false;
      try {
        await this.version();
        return !end.aborted;
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
      }
    }
  }
}
