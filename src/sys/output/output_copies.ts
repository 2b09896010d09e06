/** `copy_output`: what programs write, as whole lines, for whoever shows it beside the logs. */
import type { OutputStream, SpawnRequest } from "../../ports/spawner.ts";
import { childOutput, streamKey } from "./child_output.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { OutputHub } from "./output_hub.ts";

/** Lines of one stream, in order. */
export interface CopiedLines {
  readonly process: string;
  readonly program: string;
  readonly num: number;
  readonly stream: OutputStream;
  /** Without their ends. */
  readonly lines: readonly string[];
}

/** How long the last of a child's output may take to come through. */
const DRAIN_LIMIT_MS = 1000;
const STREAMS: readonly OutputStream[] = ["stdout", "stderr"];

export class OutputCopies {
  readonly #hub: OutputHub;
  readonly #show: (copied: CopiedLines) => void;
  /** By key of the stream. */
  readonly #splitters = new Map<string, LineSplitter>();

  /** `show` must neither wait nor throw: it is called while output is moved. */
  constructor(hub: OutputHub, show: (copied: CopiedLines) => void) {
    this.#hub = hub;
    this.#show = show;
  }

  /** To be called before, or right after, the streams of the process are opened. */
  begin(request: SpawnRequest): void {
    const { program, num } = request;
    if (!program.copyOutput) return this.end(request);
    const { captured } = childOutput(request);
    for (const stream of STREAMS) {
      const key = streamKey(program.name, num, stream);
      if (captured[stream] === null) continue;
      const splitter = this.#splitters.get(key) ?? new LineSplitter();
      this.#splitters.set(key, splitter);
      this.#hub.tap(key, (bytes) => this.#pass(request, stream, splitter.push(bytes)));
    }
  }

  /** The child is gone: what it has left is shown, also a line without an end. */
  async flush(request: SpawnRequest): Promise<void> {
    const { program, num } = request;
    for (const stream of STREAMS) {
      const key = streamKey(program.name, num, stream);
      const splitter = this.#splitters.get(key);
      if (splitter === undefined) continue;
      await this.#hub.drain(key, { limitMs: DRAIN_LIMIT_MS });
      this.#pass(request, stream, splitter.rest());
    }
  }

  end({ program, num }: SpawnRequest): void {
    for (const stream of STREAMS) {
      const key = streamKey(program.name, num, stream);
      if (this.#splitters.delete(key)) this.#hub.tap(key, null);
    }
  }

  #pass({ program, num, processName }: SpawnRequest, stream: OutputStream, lines: string[]): void {
    if (lines.length === 0) return;
    this.#show({ process: processName, program: program.name, num, stream, lines });
  }
}
