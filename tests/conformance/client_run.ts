/** Command lines of the clients. */
import type { Place } from "../support/taskmaster_place.ts";
import type { Ran } from "../support/taskmaster_run.ts";

const LIMIT_MS = 30_000;

/** More would only be in each other's way. */
const AT_THE_SAME_TIME = 8;
let running = 0;
const waiting: (() => void)[] = [];

/** To its end; it is killed if that takes too long. */
export async function runClient(command: readonly string[], place: Place): Promise<Ran> {
  await enter();
  try {
    return await output(spawnClient(command, place));
  } finally {
    leave();
  }
}

async function enter(): Promise<void> {
  if (running === AT_THE_SAME_TIME) return await new Promise((resolve) => waiting.push(resolve));
  running++;
}

/** Who waits takes the place. */
function leave(): void {
  const next = waiting.shift();
  if (next === undefined) running--;
  else next();
}

async function output(child: Deno.ChildProcess): Promise<Ran> {
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** Kills it when `reached` has come; it must not have ended before. */
export async function runClientUntil(
  command: readonly string[],
  place: Place,
  reached: () => Promise<void>,
): Promise<void> {
  const child = spawnClient(command, place);
  try {
    await reached();
  } finally {
    child.kill("SIGKILL");
    await child.output();
  }
}

function spawnClient([program = "", ...args]: readonly string[], place: Place): Deno.ChildProcess {
  return new Deno.Command(program, {
    args,
    env: { NO_COLOR: "1", ...place.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
