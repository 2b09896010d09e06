/**
 * The way back from an upgrade: a small shell that waits at a pipe while this program becomes the
 * new one. The new one says there when it is up; if the pipe ends without that, the shell becomes
 * the old program again, which takes the programs back as after a crash. In a session of its own,
 * for a terminal that it had is by then the parent shell's.
 */
import { copyFileSync } from "node:fs";
import { watchExit } from "../sys/process/exit_of_pidfd.ts";
import { check, libc } from "../sys/libc.ts";
import { O_CLOEXEC } from "../sys/files/open_flags.ts";
import { closePidfd, openPidfd } from "../sys/process/pidfd.ts";
import { startProcess } from "../sys/process/start_process.ts";

const SHELL = "/bin/sh";
const F_SETFD = 2;
const FD_CLOEXEC = 1n;
const DELETED = " (deleted)";
const UP = "up\n";

/** $1 is a file to remove when all went well, or empty; then the command line of the old program. */
const SCRIPT = `
read -r word
if [ "$word" = up ]; then
  [ -z "$1" ] || rm -f "$1"
  exit 0
fi
shift
[ ! -t 2 ] || echo "taskmaster: the upgrade failed; the old version goes on without a terminal" >&2
[ ! -t 1 ] || exec >/dev/null
[ ! -t 2 ] || exec 2>/dev/null
exec "$@" </dev/null
`;

/** What the new program is told of it. */
export interface GuardIdentity {
  readonly pid: number;
  /** The end of the pipe to write to. */
  readonly fd: number;
}

export interface GuardRequest {
  /** Of the old program, argv[0] left out. */
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where a copy of the old executable can be kept if its file was replaced already. */
  readonly copyPath: string;
}

export class UpgradeGuard {
  readonly identity: GuardIdentity;

  /** Throws an Error. */
  static start({ args, directory, env, copyPath }: GuardRequest): UpgradeGuard {
    const { executable, copy } = ownExecutable(copyPath);
    const ends = new Int32Array(2);
    check(libc().pipe2(ends, O_CLOEXEC), { call: "pipe" });
    const [input, fd] = [ends[0]!, ends[1]!];
    try {
      const pid = startProcess({
        path: SHELL,
        args: [SHELL, "-c", SCRIPT, "taskmaster-upgrade-guard", copy ?? "", executable, ...args],
        env,
        directory,
        descriptors: [{ copyOf: input }, "inherit", "inherit"],
      });
      return new UpgradeGuard({ pid, fd });
    } catch (error) {
      libc().close(fd);
      throw error;
    } finally {
      libc().close(input);
    }
  }

  /** The guard of the program before us, which handed it on. */
  constructor(identity: GuardIdentity) {
    this.identity = identity;
  }

  /** Lets the next program of this process have the pipe. Nothing may be started after that. */
  handOn(): void {
    check(libc().fcntl(this.identity.fd, F_SETFD, 0n), { call: "fcntl" });
  }

  /** All is well: it ends, and is reaped. */
  dismiss(): void {
    const { pid, fd } = this.identity;
    libc().fcntl(fd, F_SETFD, FD_CLOEXEC);
    const word = new TextEncoder().encode(UP);
    libc().write(fd, word, BigInt(word.length)); // if it fails, the guard is gone already
    libc().close(fd);
    const pidfd = openPidfd(pid);
    if (pidfd !== undefined) watchExit(pidfd, () => closePidfd(pidfd));
  }
}

/**
 * The usual upgrade puts a new file in the place of ours. Our own is then to be had from the kernel
 * only, and only while we run.
 */
function ownExecutable(copyPath: string): { executable: string; copy: string | null } {
  const path = Deno.readLinkSync("/proc/self/exe");
  if (!path.endsWith(DELETED)) return { executable: path, copy: null };
  copyFileSync("/proc/self/exe", copyPath);
  Deno.chmodSync(copyPath, 0o700);
  return { executable: copyPath, copy: copyPath };
}
