/**
 * What lies between a child and the log. Usually that is the FIFO the child has open, and bytes are
 * moved from it straight into the log; the pipe is locked meanwhile, and the child waits. For a
 * stream that keeps its FIFO full there is a second FIFO between, the stage: pages go there from
 * the first without being copied, which takes no time, and while the disk takes them from the stage
 * the child fills the first again. Like the first, the stage outlives us in the hands of the
 * holder; without one it is not used, for what is in it would be lost with us.
 */
import { existsSync } from "node:fs";
import { Fifo, fifoName } from "./fifo.ts";
import type { FifoHolder } from "./fifo_holder.ts";
import { moveNow } from "./splice.ts";

/** Cannot be the end of a name that `fifoName` makes: there "%" comes before two digits. */
const STAGE = "%stage";

export class CapturePipe {
  readonly fifo: Fifo;
  #holder: FifoHolder | null;
  #stage: Fifo | null = null;
  #isStageHeld = false;

  /** Throws what the constructor of Fifo throws. */
  constructor(directory: string, key: string, holder: FifoHolder | null) {
    this.#holder = holder;
    this.fifo = new Fifo(`${directory}/${fifoName(key)}`);
    holder?.hold(this.fifo);
    // Left by an earlier run, and what is in it is older than what is in the first.
    if (existsSync(this.#stagePath)) this.#openStage();
  }

  /** Gives the FIFOs to another holder. */
  useHolder(holder: FifoHolder | null): void {
    this.#holder = holder;
    this.#isStageHeld = false;
    holder?.hold(this.fifo);
    if (this.#stage !== null) this.#holdStage(this.#stage);
  }

  /** False when somebody has removed the FIFO: a child that opens the path gets something else. */
  get isInPlace(): boolean {
    return this.fifo.isInPlace;
  }

  get hasStage(): boolean {
    return this.#stage !== null;
  }

  /** Something is in the stage, which nobody watches. */
  get isStaged(): boolean {
    return this.#stage !== null && this.#stage.availableBytes() > 0;
  }

  /** Makes what there is available in `source`; tells how much that is. */
  fill(): { readonly source: number; readonly bytes: number } {
    const stage = this.#stage;
    if (stage !== null) {
      if (this.#isStageHeld && this.#holder?.isAlive) this.#moveToStage(stage);
      const bytes = stage.availableBytes();
      if (bytes > 0) return { source: stage.fd, bytes };
    }
    return { source: this.fifo.fd, bytes: this.fifo.availableBytes() };
  }

  /** All that is in it. */
  availableBytes(): number {
    return this.fifo.availableBytes() + (this.#stage?.availableBytes() ?? 0);
  }

  /** Throws away all that is in it; tells how much that was. */
  discard(): number {
    return (this.#stage?.discard() ?? 0) + this.fifo.discard();
  }

  /** For a stream that keeps it full. */
  enlarge(): void {
    this.fifo.enlarge();
    if (this.#stage === null && this.#holder?.isAlive) this.#openStage();
  }

  /** To be called when it is empty; gives back what `enlarge` took. */
  shrink(): void {
    this.fifo.shrink();
    this.#removeStage();
  }

  /** What is left in it stays, if somebody else has it open. */
  close(): void {
    this.fifo.close();
    this.#stage?.close();
  }

  /** Removes the names and what is in it. */
  remove(): void {
    this.#removeStage();
    this.#holder?.release(this.fifo.path);
    this.fifo.unlink();
    this.fifo.close();
  }

  get #stagePath(): string {
    return `${this.fifo.path}${STAGE}`;
  }

  #openStage(): void {
    const stage = new Fifo(this.#stagePath);
    stage.enlarge();
    this.#stage = stage;
    this.#holdStage(stage);
  }

  #holdStage(stage: Fifo): void {
    this.#holder?.hold(stage, () => this.#isStageHeld = this.#stage === stage);
  }

  #removeStage(): void {
    const stage = this.#stage;
    if (stage === null) return;
    this.#stage = null;
    this.#isStageHeld = false;
    this.#holder?.release(stage.path);
    stage.unlink();
    stage.close();
  }

  #moveToStage(stage: Fifo): void {
    const bytes = stage.capacityBytes;
    moveNow({ pipe: this.fifo.fd, file: stage.fd, offset: null, bytes });
  }
}
