/** The standard streams of children: what they lead to before, during and after a life. */
import { statSync } from "node:fs";
import type { Adopted, OutputStream, SpawnRequest } from "../../ports/spawner.ts";
import { type Captured, type ChildOutput, childOutput, streamKey } from "./child_output.ts";
import { O_RDONLY, O_RDWR, O_WRONLY } from "../files/open_flags.ts";
import type { OutputHub } from "./output_hub.ts";
import type { OutputCopies } from "./output_copies.ts";
import { StageError } from "../process/stage_error.ts";
import type { Descriptor, ProcessRequest } from "../process/start_process.ts";
import type { TerminalHub } from "../tty/terminal_hub.ts";
import type { User } from "../privileges/user_database.ts";

/** What a child has in place of what it is not given. */
export const NOWHERE = "/dev/null";

export interface ChildStreamsOptions {
  /** Takes the output of the children; the caller shuts it down. */
  readonly hub: OutputHub;
  /** Of children with `tty`; the caller closes it. */
  readonly terminals: TerminalHub;
  readonly onWarning: (message: string) => void;
  /** Sees the output of programs with `copy_output`; null = nobody does. */
  readonly copies: OutputCopies | null;
}

export class ChildStreams {
  readonly #hub: OutputHub;
  readonly #terminals: TerminalHub;
  readonly #onWarning: (message: string) => void;
  readonly #copies: OutputCopies | null;

  constructor({ hub, terminals, onWarning, copies }: ChildStreamsOptions) {
    this.#hub = hub;
    this.#terminals = terminals;
    this.#onWarning = onWarning;
    this.#copies = copies;
  }

  /**
   * What a child is to be started with as its descriptors 0, 1 and 2; to be released when it cannot
   * be started after all. Throws a StageError.
   */
  open(request: SpawnRequest, user: User | null): ProcessRequest["descriptors"] {
    const output = childOutput(request);
    const [stdout, stderr] = this.#openFifos(output);
    if (request.program.tty) {
      this.#copies?.end(request);
      // Opened first by the leader of a session, it becomes the session's controlling terminal.
      const path = this.#openTerminal(request, stdout, user);
      return [{ path, flags: O_RDWR }, { copyOf: 0 }, { copyOf: 0 }];
    }
    this.#terminals.forget(request); // It may have had one before a reload.
    this.#copies?.begin(request);
    return [
      { path: NOWHERE, flags: O_RDONLY },
      descriptor(stdout, output.stdout),
      output.isMerged ? { copyOf: 1 } : descriptor(stderr, output.stderr),
    ];
  }

  /**
   * Goes on with those of a child of an earlier run. Also when nothing of it is left: what it wrote
   * at the end may still be in its FIFO.
   */
  takeBack(request: SpawnRequest, { remains: { kind, pid }, child }: Adopted): void {
    const { tty } = request.program;
    const { captured } = childOutput(request);
    if (!tty) this.#copies?.begin(request);
    for (const stream of ["stdout", "stderr"] as const) {
      const one = captured[stream];
      if (one === null) continue;
      const path = this.#goOnCapturing(one);
      if (path !== null && kind === "alive" && !tty) {
        this.#checkFifo(request.processName, stream, path, pid);
      }
    }
    if (tty && child !== null) this.#terminals.adopt(request);
    else this.release(request);
  }

  /** What an earlier run has left unread, of a process that has no child any more. */
  resume(request: SpawnRequest): void {
    for (const captured of Object.values(childOutput(request).captured)) {
      if (captured !== null && this.#hub.wasLeft(captured.key)) this.#goOnCapturing(captured);
    }
  }

  /** The settings have changed: logs may be elsewhere. */
  update(request: SpawnRequest): void {
    for (const captured of Object.values(childOutput(request).captured)) {
      if (captured !== null) this.#hub.retarget(captured.key, captured.target);
    }
  }

  /** The process is gone for good. */
  forget(request: SpawnRequest): void {
    const { program, num } = request;
    this.#terminals.forget(request);
    this.#copies?.end(request);
    for (const stream of ["stdout", "stderr"] as const) {
      void this.#hub.close(streamKey(program.name, num, stream));
    }
  }

  /** Nothing of the child is left. */
  release(request: SpawnRequest): void {
    if (request.program.tty) this.#terminals.release(request);
    else void this.#copies?.flush(request);
  }

  /** A child that runs is not stopped because its log cannot be opened; that is a loss, reported. */
  #goOnCapturing({ key, target }: Captured): string | null {
    try {
      return this.#hub.open(key, target);
    } catch (error) {
      this.#onWarning(`${key}: ${error instanceof Error ? error.message : error}`);
      return null;
    }
  }

  /** Somebody may have removed the FIFO meanwhile; the child still writes into the old one. */
  #checkFifo(processName: string, stream: OutputStream, path: string, pid: number): void {
    try {
      const descriptor = stream === "stdout" ? 1 : 2;
      if (statSync(`/proc/${pid}/fd/${descriptor}`).ino === statSync(path).ino) return;
      this.#onWarning(
        `${processName}: its ${stream} does not lead to ${JSON.stringify(path)}, which was ` +
          "replaced; what it writes is lost until it is restarted",
      );
    } catch {
      // It has just ended, or belongs to somebody else: then there is nothing to be compared.
    }
  }

  #openFifos({ captured }: ChildOutput): [stdout: string, stderr: string] {
    return [this.#openFifo("stdout", captured.stdout), this.#openFifo("stderr", captured.stderr)];
  }

  #openFifo(stage: OutputStream, captured: Captured | null): string {
    if (captured === null) return "";
    try {
      return this.#hub.open(captured.key, captured.target);
    } catch (error) {
      throw new StageError(stage, error instanceof Error ? error.message : String(error));
    }
  }

  #openTerminal(request: SpawnRequest, output: string, user: User | null): string {
    try {
      return this.#terminals.open(request, output, user);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StageError("tty", `no terminal: ${reason}`);
    }
  }
}

/**
 * A FIFO is opened for reading and writing, so that the child never meets one without a reader, and
 * SIGPIPE.
 */
function descriptor(fifo: string, otherwise: "null" | "inherit"): Descriptor {
  if (fifo !== "") return { path: fifo, flags: O_RDWR };
  return otherwise === "inherit" ? "inherit" : { path: NOWHERE, flags: O_WRONLY };
}
