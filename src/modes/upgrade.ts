/**
 * Replacing the supervisor under running programs: the new one is rehearsed first, and then becomes
 * this very process, which takes back the programs as after a crash. What can go wrong goes wrong in
 * the rehearsal, as a rule, while the old one is still there; for the rest there is a guard.
 */
import { pauseFor } from "../base/pause.ts";
import { VERSION } from "../base/version.ts";
import { becomeProgram } from "../sys/process/exec.ts";
import { closeInheritedOnExec } from "../sys/limits.ts";
import { leaveText, type LeftText, takeLeftText } from "../sys/process/left_text.ts";
import { runToEnd } from "../sys/process/run_to_end.ts";
import { holdBack, letIn } from "../sys/process/signal_mask.ts";
import { HANDLED } from "./process_signals.ts";
import { type GuardIdentity, UpgradeGuard } from "./upgrade_guard.ts";

/** Tells the new program what it cannot see: who it was, and that it was started by root. */
const HANDOVER = "TASKMASTER_HANDOVER";
/** What a rehearsal has to say again at its end: any program can end with code 0. */
const NONCE = "TASKMASTER_REHEARSAL";
const REHEARSAL_LIMIT_MS = 30_000;
/** The runtime catches a signal on another thread; it takes less than a millisecond, as a rule. */
const SIGNAL_HEARD_MS = 20;

export interface Handover {
  readonly from: string;
  readonly startedAsRoot: boolean;
  /** To be dismissed when this program is up. */
  readonly guard: GuardIdentity | null;
  /** Set in the old program that takes over again: the executable that did not come up. */
  readonly failed: string | null;
  /** Contents of files that only root may read, by path. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** As it stands in the environment, which is no place for secrets. */
type HandoverVariable = Omit<Handover, "secrets"> & {
  /** Descriptor of a pipe that they are in. */
  readonly secretsFd?: number;
};

/** How this program was started; to be taken before anything changes directory. */
export interface StartedAs {
  readonly executable: string;
  /** The whole command line, argv[0] included. */
  readonly args: readonly string[];
  readonly directory: string;
}

export function startedAs(): StartedAs {
  const text = new TextDecoder().decode(Deno.readFileSync("/proc/self/cmdline"));
  return {
    executable: Deno.execPath(),
    args: text.split("\0").slice(0, -1),
    directory: Deno.cwd(),
  };
}

/** Where that has been removed meanwhile there is nothing to come back to. */
function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch {
    return "/";
  }
}

/** What the program before us handed over; null in an ordinary start. Children do not see it. */
export function takeHandover(): Handover | null {
  const text = Deno.env.get(HANDOVER);
  if (text === undefined) return null;
  Deno.env.delete(HANDOVER);
  try {
    const { from, startedAsRoot, guard, failed, secretsFd } = JSON.parse(text) as Partial<
      HandoverVariable
    >;
    return {
      from: String(from),
      startedAsRoot: startedAsRoot === true,
      guard: guard ?? null,
      failed: failed ?? null,
      secrets: takeSecrets(secretsFd),
    };
  } catch {
    return null;
  }
}

/** Without them an upgrade is still an upgrade; alerts say what they miss. */
function takeSecrets(fd: number | undefined): Handover["secrets"] {
  try {
    return fd === undefined ? {} : JSON.parse(takeLeftText(fd));
  } catch {
    return {};
  }
}

/** What a rehearsal prints when all went well. */
export function rehearsalProof(nonce: string = Deno.env.get(NONCE) ?? ""): string {
  return `rehearsed ${nonce}\n`;
}

/**
 * Runs the new program as far as it can be run beside this one: its modules, the configuration, the
 * state table. Gives a sentence when that does not go well, else null.
 */
export async function rehearse(
  executable: string,
  started: StartedAs,
  startedAsRoot: boolean,
): Promise<string | null> {
  const nonce = crypto.randomUUID();
  try {
    const { code, stdout, stderr } = await runToEnd(executable, {
      args: [...started.args.slice(1), "--rehearse"],
      cwd: started.directory,
      env: { ...handoverVariable({ startedAsRoot }), [NONCE]: nonce, NO_COLOR: "1" },
      limitMs: REHEARSAL_LIMIT_MS,
    });
    const isProven = stdout.includes(rehearsalProof(nonce));
    if (code === 0 && isProven) return null;
    if (code === 0) return `${executable} is no taskmaster that can be rehearsed`;
    const reason = stderr === "" ? "" : `: ${firstLines(stderr)}`;
    return `${executable} does not come up (code ${code})${reason}`;
  } catch (error) {
    return `${executable} cannot be run: ${error instanceof Error ? error.message : error}`;
  }
}

/** What a program says first is what is wrong; the rest is details. */
function firstLines(text: string): string {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 3).join("; ");
}

export interface HandOver {
  readonly executable: string;
  readonly started: StartedAs;
  readonly startedAsRoot: boolean;
  readonly stateDir: string;
  readonly secrets: Handover["secrets"];
  /** Of our environment, which we have taken out of it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Why it is not to be any more; null = go on. Asked as late as can be. */
  readonly objection: () => string | null;
}

/**
 * The pipes of the guard and of secrets are the only descriptors from 3 on that the new program
 * gets. Signals that come from now on wait until it listens for them. Resolves only when it failed,
 * with a sentence that says why.
 */
export async function handOver(
  { executable, started, startedAsRoot, stateDir, secrets, variables, objection }: HandOver,
): Promise<string> {
  const before = workingDirectory();
  let guard: UpgradeGuard | null = null;
  let left: LeftText | null = null;
  try {
    const { args, directory } = started;
    const env = { ...Deno.env.toObject(), ...variables };
    guard = UpgradeGuard.start({
      args: args.slice(1),
      directory,
      env: { ...env, ...handoverVariable({ startedAsRoot, failed: executable }) },
      copyPath: `${stateDir}/taskmaster.before`,
    });
    // That may have taken a while, and of what has come meanwhile the new program would never hear.
    await pauseFor(SIGNAL_HEARD_MS, new AbortController().signal);
    const reason = objection();
    if (reason !== null) throw new Error(reason);
    closeInheritedOnExec();
    Deno.chdir(directory);
    guard.handOn();
    left = leaveText(JSON.stringify(secrets));
    const from = { startedAsRoot, guard: guard.identity, secretsFd: left.fd };
    const variable = handoverVariable(from);
    holdBack(HANDLED);
    becomeProgram(executable, args, { ...env, ...variable });
  } catch (error) {
    letIn(HANDLED);
    left?.close();
    Deno.chdir(before);
    guard?.dismiss();
    return error instanceof Error ? error.message : String(error);
  }
}

function handoverVariable(
  what: Pick<HandoverVariable, "startedAsRoot"> & Partial<HandoverVariable>,
): Record<string, string> {
  const handover: HandoverVariable = { from: VERSION, guard: null, failed: null, ...what };
  return { [HANDOVER]: JSON.stringify(handover) };
}
