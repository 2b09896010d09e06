/** Opening the files that a child's output is appended to. */
import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { expandOutputPath } from "../core/output_path.ts";
import type { OutputTarget } from "../core/program.ts";
import type { SpawnRequest } from "../ports/spawner.ts";

/** The child's descriptors 1 and 2 as a shell redirection understands them. */
export interface ChildOutput {
  /** What to hand to Deno.Command for a stream that no file replaces. */
  readonly stdout: "null" | "inherit";
  readonly stderr: "null" | "inherit";
  readonly stdoutPath: string | null;
  readonly stderrPath: string | null;
  /** Descriptor 2 is made a copy of descriptor 1. */
  readonly isMerged: boolean;
}

export function childOutput({ program, num, processName }: SpawnRequest): ChildOutput {
  const names = { program: program.name, process: processName, num };
  const pathOf = (target: OutputTarget) =>
    target.kind === "file" ? expandOutputPath(target.path, names) : null;
  const [stdoutPath, stderrPath] = [pathOf(program.stdout), pathOf(program.stderr)];
  const modeOf = (target: OutputTarget) => target.kind === "inherit" ? "inherit" : "null";
  return {
    stdout: modeOf(program.stdout),
    stderr: modeOf(program.stderr),
    stdoutPath,
    stderrPath,
    isMerged: program.stderr.kind === "stdout" ||
      (stderrPath !== null && stderrPath === stdoutPath),
  };
}

/**
 * Creates the file and its directory where they are missing, with the supervisor's own rights and
 * umask, and makes sure that it can be written to. Throws the error of node:fs.
 */
export function prepareOutputFile(path: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK; // a FIFO without a reader must not block
  let fd: number;
  try {
    fd = openSync(path, flags, 0o666);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    fd = openSync(path, flags, 0o666);
  }
  closeSync(fd);
}
