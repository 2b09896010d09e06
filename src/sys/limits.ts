/**
 * What this process hands on to its children without meaning to: limits, open descriptors and
 * ignored signals.
 */
import { addressOf, check, libc } from "./libc.ts";

const RLIMIT_NOFILE = 7;
/** Some programs close or poll every descriptor that the limit allows. */
const MOST_FILES = 65_536;

const SYS_CLOSE_RANGE = 436n;
const CLOSE_RANGE_CLOEXEC = 4;
const FIRST_UNNAMED = 3;
const F_SETFD = 2;
const FD_CLOEXEC = 1n;

/**
 * Sets the soft limit of open files to the hard one, but to `most` at most. The runtime has done the
 * first part before any of our code ran, without an upper bound, so what remains to be done is often
 * to lower it: children inherit it. A child that needs more may raise it again, for the hard limit
 * stays. Throws a SystemError.
 */
export function settleOpenFileLimit(
  most = MOST_FILES,
): { readonly before: number; readonly after: number } {
  const limits = new BigUint64Array(2);
  const action = "set the limit of open files";
  check(libc().getrlimit(RLIMIT_NOFILE, limits), { call: "getrlimit", action });
  const [before, hard] = [Number(limits[0]), Number(limits[1])];
  const after = Math.min(hard, most);
  if (before !== after) {
    limits[0] = BigInt(after);
    check(libc().setrlimit(RLIMIT_NOFILE, limits), { call: "setrlimit", action });
  }
  return { before, after };
}

/** How many files may be open now: whoever may can change it while we run (prlimit(1)). */
export function openFileLimit(): number {
  const limits = new BigUint64Array(2);
  check(libc().getrlimit(RLIMIT_NOFILE, limits), {
    call: "getrlimit",
    action: "read the limit of open files",
  });
  return Number(limits[0]);
}

/**
 * Sees to it that programs started from now on do not get the descriptors from 3 on that whoever
 * started us, or the runtime, left open. A descriptor from 3 on that is meant for a child is lost to
 * it, too.
 */
export function closeInheritedOnExec(): void {
  const result = libc().close_range(
    SYS_CLOSE_RANGE,
    FIRST_UNNAMED,
    0xffffffff,
    CLOSE_RANGE_CLOEXEC,
  );
  if (result === 0) return;
  // Linux before 5.9 has no such call, before 5.11 no such flag, and some sandboxes refuse it.
  markOneByOne();
}

/** The way of `closeInheritedOnExec` on kernels that cannot do it in one call. */
export function markOneByOne(): void {
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    const fd = Number(name);
    // It fails for the descriptor of the listing itself, which is closed by now.
    if (fd >= FIRST_UNNAMED) libc().fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

const SIGPIPE = 13;
/** glibc keeps these two for its threads, and lets posix_spawn(3) set them to be ignored. */
const INTERNAL_SIGNALS = [32, 33];
const LAST_SIGNAL = 64;

/**
 * Gives signals that whoever started us had set to be ignored their default back, for a child
 * inherits that (nohup does it with SIGHUP, a shell with SIGINT for its background jobs). SIGPIPE is
 * left alone: the runtime ignores it, and restores it in children itself. To be called once, before
 * handlers are installed.
 */
export function resetIgnoredSignals(): void {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
  const ignored = BigInt(`0x${mask ?? "0"}`);
  for (let signal = 1; signal <= LAST_SIGNAL; signal++) {
    const isIgnored = ((ignored >> BigInt(signal - 1)) & 1n) === 1n;
    if (!isIgnored || signal === SIGPIPE || INTERNAL_SIGNALS.includes(signal)) continue;
    libc().signal(signal, null); // SIG_DFL
  }
}

const SIGXFSZ = 25;

/**
 * Makes a write beyond the limit of file sizes (RLIMIT_FSIZE) an error, EFBIG, which whoever writes
 * reports; the kernel would end us with a signal as well. The handler is abs(3), which takes an int
 * and touches nothing: a handler, unlike an ignored signal, is not inherited by children.
 */
export function disarmFileSizeSignal(): void {
  libc().signal(SIGXFSZ, addressOf("abs"));
}
