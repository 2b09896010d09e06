/** The output of all programs in a real process: the hub, and the holder that outlives us. */
import { rmSync } from "node:fs";
import type {
  OutputLogs,
  OutputLoss,
  OutputPiece,
  OutputTail,
  StreamName,
} from "../ports/output_logs.ts";
import { streamKey } from "../sys/output/child_output.ts";
import { errorCode } from "../sys/process/find_command.ts";
import {
  FifoHolder,
  type FifoHolderOptions,
  holderIdentityShape,
} from "../sys/output/fifo_holder.ts";
import type { LossListener } from "../sys/output/loss.ts";
import { OutputHub } from "../sys/output/output_hub.ts";
import { readRegularFile } from "../sys/files/read_regular_file.ts";
import { replaceFile } from "../sys/files/replace_file.ts";

/** A holder that ends sooner than this after its start is not replaced: something is wrong. */
const SHORT_LIFE_MS = 1000;
/** Far more than an identity needs. */
const LARGEST_IDENTITY_BYTES = 4096;

export interface CapturedOutputOptions extends LossListener {
  readonly stateDir: string;
  readonly onWarning: (message: string) => void;
}

export class CapturedOutput implements OutputLogs {
  readonly hub: OutputHub;
  readonly #options: CapturedOutputOptions;
  readonly #fifoDirectory: string;
  readonly #identityPath: string;
  #holder: FifoHolder | null;

  /** Takes the holder of an earlier run over, or starts one. Throws when FIFOs cannot be kept. */
  constructor(options: CapturedOutputOptions) {
    this.#options = options;
    this.#fifoDirectory = `${options.stateDir}/fifo`;
    this.#identityPath = `${options.stateDir}/holder`;
    this.#holder = this.#adoptHolder() ?? this.#startHolder();
    this.hub = new OutputHub({
      fifoDirectory: this.#fifoDirectory,
      holder: this.#holder,
      onLoss: options.onLoss,
      onRecovered: options.onRecovered,
      onWarning: options.onWarning,
    });
  }

  tail({ program, num, stream }: StreamName, lines: number): Promise<OutputTail> {
    return this.hub.tail(streamKey(program, num, stream), { lines });
  }

  follow(
    { program, num, stream }: StreamName,
    lines: number,
    listener: (piece: OutputPiece) => void | Promise<void>,
  ): () => void {
    return this.hub.follow(streamKey(program, num, stream), listener, { lines });
  }

  clear({ program, num, stream }: StreamName): Promise<void> {
    return this.hub.clear(streamKey(program, num, stream));
  }

  lossOf({ program, num, stream }: StreamName): OutputLoss {
    return this.hub.lossOf(streamKey(program, num, stream));
  }

  /** `leaveRunning`: the programs go on, and what they write waits for the next start. */
  async close({ leaveRunning }: { readonly leaveRunning: boolean }): Promise<void> {
    await this.hub.shutdown({ keepFifos: leaveRunning });
    if (leaveRunning) return this.#holder?.close();
    await this.#holder?.quit();
    rmSync(this.#identityPath, { force: true });
  }

  #adoptHolder(): FifoHolder | null {
    try {
      const text = readRegularFile(this.#identityPath, LARGEST_IDENTITY_BYTES);
      const identity: unknown = JSON.parse(text);
      if (!holderIdentityShape(identity)) throw new Error("what is noted of it is damaged");
      return FifoHolder.adopt(identity, this.#holderOptions(-Infinity)) ?? null;
    } catch (error) {
      if (errorCode(error) !== "ENOENT") this.#warn("the FIFO holder was not taken over", error);
      return null;
    }
  }

  #startHolder(): FifoHolder | null {
    if (!FifoHolder.isAvailable) {
      this.#options.onWarning(
        "there is no bash: output that a program has not handed over when it ends is lost if " +
          "taskmaster is dead at that moment",
      );
      return null;
    }
    try {
      const holder = FifoHolder.start(this.#holderOptions(performance.now()));
      this.#note(holder);
      return holder;
    } catch (error) {
      this.#warn("the FIFO holder cannot be started", error);
      return null;
    }
  }

  /** One that is not noted still does its work until somebody else starts. */
  #note({ identity }: FifoHolder): void {
    try {
      replaceFile(this.#identityPath, JSON.stringify(identity), 0o600);
    } catch (error) {
      this.#warn("the FIFO holder will not be found by the next start", error);
    }
  }

  #holderOptions(startedAt: number): FifoHolderOptions {
    const onEnded = () => {
      this.#options.onWarning("the FIFO holder has ended unexpectedly");
      const isHopeless = performance.now() - startedAt < SHORT_LIFE_MS;
      this.#holder = isHopeless ? null : this.#startHolder();
      this.hub.useHolder(this.#holder);
    };
    return { directory: this.#fifoDirectory, onEnded };
  }

  #warn(what: string, error: unknown): void {
    this.#options.onWarning(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}
