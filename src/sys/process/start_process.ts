/**
 * Starting a child with posix_spawn(3). It costs a third of what Deno.Command does, which copies our
 * page tables for each child, and nothing in the runtime has to be kept for each: who is told of a
 * child's end is who watches its pidfd.
 */
import { cEnvironment, cStrings } from "../c_strings.ts";
import { cString, libc } from "../libc.ts";
import { closeInheritedOnExec } from "../limits.ts";
import { SystemError } from "../system_error.ts";

/** More than the structures of posix_spawn(3) need on any system (336 and 80 bytes on x86-64). */
const STRUCTURE_BYTES = 1024;
/** A sigset_t of glibc. */
const SIGNAL_SET_BYTES = 128;
const ENOEXEC = 8;
/** For files that the kernel does not know how to run: POSIX has them taken for scripts. */
const SHELL = "/bin/sh";

const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;

/** What a child has as one of its descriptors. */
export type Descriptor =
  /** Opened by the child itself, with flags of open(2). */
  | { readonly path: string; readonly flags: number }
  /** A copy of one of ours, or of one of its own with a lower number. */
  | { readonly copyOf: number }
  /** Our own one of that number. */
  | "inherit";

export interface ProcessRequest {
  /** The file to run. */
  readonly path: string;
  /** argv[0] included. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Standard input, output and error; every other is left to close-on-exec. */
  readonly descriptors: readonly [Descriptor, Descriptor, Descriptor];
}

/**
 * Gives the pid of the child, which leads a session of its own, blocks no signal and ignores none.
 * When it returns the kernel has taken the file to run it. Whoever starts it has to reap it. Throws a SystemError.
 */
export function startProcess(request: ProcessRequest): number {
  try {
    return spawn(request);
  } catch (error) {
    if (!(error instanceof SystemError && error.errno === ENOEXEC)) throw error;
    return spawn({
      ...request,
      path: SHELL,
      args: [SHELL, request.path, ...request.args.slice(1)],
    });
  }
}

function spawn({ path, args, env, directory, descriptors }: ProcessRequest): number {
  // The runtime opens some that would stay open in the child: sockets that it listens on.
  closeInheritedOnExec();
  const pid = new Int32Array(1);
  const actions = structure();
  const attributes = structure();
  must(libc().posix_spawn_file_actions_init(actions));
  must(libc().posix_spawnattr_init(attributes));
  try {
    must(libc().posix_spawn_file_actions_addchdir_np(actions, cString(directory)));
    descriptors.forEach((descriptor, fd) => add(actions, fd, descriptor));
    setSignals(attributes);
    const argv = cStrings(args);
    const envp = cEnvironment(env);
    must(libc().posix_spawn(pid, cString(path), actions, attributes, argv, envp), path);
  } finally {
    libc().posix_spawn_file_actions_destroy(actions);
    libc().posix_spawnattr_destroy(attributes);
  }
  return pid[0]!;
}

function add(actions: Uint8Array<ArrayBuffer>, fd: number, descriptor: Descriptor): void {
  if (descriptor === "inherit") return;
  if ("copyOf" in descriptor) {
    must(libc().posix_spawn_file_actions_adddup2(actions, descriptor.copyOf, fd));
  } else {
    const path = cString(descriptor.path);
    must(libc().posix_spawn_file_actions_addopen(actions, fd, path, descriptor.flags, 0));
  }
}

/** The runtime ignores SIGPIPE, and children would inherit that. */
function setSignals(attributes: Uint8Array<ArrayBuffer>): void {
  const [none, all] = [new Uint8Array(SIGNAL_SET_BYTES), new Uint8Array(SIGNAL_SET_BYTES)];
  must(libc().posix_spawnattr_setsigmask(attributes, none));
  must(libc().posix_spawnattr_setsigdefault(attributes, all.fill(0xff)));
  const flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
  must(libc().posix_spawnattr_setflags(attributes, flags));
}

function structure(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(STRUCTURE_BYTES));
}

/** These calls return their error instead of leaving it in errno. */
function must(errno: number, path?: string): void {
  if (errno !== 0) throw new SystemError({ call: "posix_spawn", action: "run", errno, path });
}
