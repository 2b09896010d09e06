/** Where the streams of a child lead: FIFOs of the output hub, nowhere, or our own streams. */
import { InvariantError } from "../../base/invariant.ts";
import { expandOutputPath } from "../../core/output_path.ts";
import type { OutputTarget, Rotation } from "../../core/program.ts";
import type { OutputStream, SpawnRequest } from "../../ports/spawner.ts";

/** A stream that is captured into a log. */
export interface Captured {
  /** What the hub knows the stream by. */
  readonly key: string;
  readonly target: Rotation & { readonly path: string };
}

/** What a terminal shows, or is copied, passes through a FIFO also when it is not to be kept. */
const NOWHERE = { path: "/dev/null", maxBytes: 0, backups: 0 };

export interface ChildOutput {
  /** What to hand to Deno.Command for a stream that is not captured. */
  readonly stdout: "null" | "inherit";
  readonly stderr: "null" | "inherit";
  readonly captured: { readonly [S in OutputStream]: Captured | null };
  /** Descriptor 2 is made a copy of descriptor 1, so that the order of what is written is kept. */
  readonly isMerged: boolean;
}

export function childOutput(request: SpawnRequest): ChildOutput {
  const { program } = request;
  const stdout = capture(request, "stdout", program.stdout, program.stdoutRotation);
  const stderr = capture(request, "stderr", program.stderr, program.stderrRotation);
  const isMerged = program.stderr.kind === "stdout" ||
    (stderr !== null && stderr.target !== NOWHERE && stderr.target.path === stdout?.target.path);
  return {
    stdout: program.stdout.kind === "inherit" ? "inherit" : "null",
    stderr: program.stderr.kind === "inherit" ? "inherit" : "null",
    captured: { stdout, stderr: isMerged ? null : stderr },
    isMerged,
  };
}

export function streamKey(
  program: string,
  num: number,
  stream: OutputStream,
): string {
  return `${program}.${num}.${stream}`;
}

/** What `streamKey` was made of. Throws for anything else. */
export function parseStreamKey(
  key: string,
): { readonly program: string; readonly num: number; readonly stream: OutputStream } {
  const match = /^(.*)\.(\d+)\.(stdout|stderr)$/.exec(key);
  if (match === null) throw new InvariantError(`"${key}" is no key of a stream`);
  const [, program = "", num, stream] = match;
  return { program, num: Number(num), stream: stream as OutputStream };
}

function capture(
  { program, num, processName }: SpawnRequest,
  stream: OutputStream,
  target: OutputTarget,
  rotation: Rotation,
): Captured | null {
  const key = streamKey(program.name, num, stream);
  const isSeen = program.copyOutput || (program.tty && stream === "stdout");
  if (target.kind === "discard" && isSeen) return { key, target: NOWHERE };
  if (target.kind !== "file") return null;
  const names = { program: program.name, process: processName, num };
  const path = expandOutputPath(target.path, names);
  return { key, target: { path, ...rotation } };
}
