/**
 * The only door to the C library: one table of functions, and what is needed to call them.
 * Nothing is loaded before the first call, so that a run which needs no libc does not pay for it.
 */
import { type FailedCall, SystemError } from "./system_error.ts";

/**
 * Signatures as on x86-64 and arm64: int is i32, size_t and off_t are 64 bits wide. Variadic
 * functions (open, fcntl, ioctl, prctl, syscall) are called like others there.
 */
const SIGNATURES = {
  __errno_location: { parameters: [], result: "pointer" },

  // By number, for glibc has had functions for these only since 2.34 and 2.36. Results are declared
  // as i32 where they fit: an i64 takes memory, see `lastErrno`.
  pidfd_open: { name: "syscall", parameters: ["i64", "i32", "u32"], result: "i32" },
  pidfd_send_signal: {
    name: "syscall",
    parameters: ["i64", "i32", "i32", "pointer", "u32"],
    result: "i32",
  },
  signal: { parameters: ["i32", "pointer"], result: "pointer" },
  close_range: { name: "syscall", parameters: ["i64", "u32", "u32", "u32"], result: "i32" },

  malloc_trim: { parameters: ["u64"], result: "i32" },
  /** The address as a number. */
  madvise: { parameters: ["u64", "u64", "i32"], result: "i32" },

  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  getpagesize: { parameters: [], result: "i32" },
  getpid: { parameters: [], result: "i32" },
  getuid: { parameters: [], result: "u32" },
  geteuid: { parameters: [], result: "u32" },
  getgid: { parameters: [], result: "u32" },
  getegid: { parameters: [], result: "u32" },
  setuid: { parameters: ["u32"], result: "i32" },
  setgid: { parameters: ["u32"], result: "i32" },
  setresuid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  setresgid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  initgroups: { parameters: ["buffer", "u32"], result: "i32" },
  getgrouplist: { parameters: ["buffer", "u32", "buffer", "buffer"], result: "i32" },
  getpwnam_r: { parameters: ["buffer", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  getpwuid_r: { parameters: ["u32", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  getgrnam_r: { parameters: ["buffer", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  getgrgid_r: { parameters: ["u32", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },

  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u64"], result: "i64" },
  write: { parameters: ["i32", "buffer", "u64"], result: "i64" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "u64", "i64"], result: "i64" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  splice: { parameters: ["i32", "buffer", "i32", "buffer", "u64", "u32"], result: "i64" },
  tee: { parameters: ["i32", "i32", "u64", "u32"], result: "i64" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  /** These on a thread of the pool, as promises: a disk that hangs stops nothing else. No errno. */
  splice_on_thread: {
    name: "splice",
    parameters: ["i32", "buffer", "i32", "buffer", "u64", "u32"],
    result: "i64",
    nonblocking: true,
  },
  pread_on_thread: {
    name: "pread",
    parameters: ["i32", "buffer", "u64", "i64"],
    result: "i64",
    nonblocking: true,
  },
  write_on_thread: {
    name: "write",
    parameters: ["i32", "buffer", "u64"],
    result: "i64",
    nonblocking: true,
  },
  usleep_on_thread: { name: "usleep", parameters: ["u32"], result: "i32", nonblocking: true },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  poll_on_thread: {
    name: "poll",
    parameters: ["buffer", "u64", "i32"],
    result: "i32",
    nonblocking: true,
  },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  getxattr: { parameters: ["buffer", "buffer", "buffer", "u64"], result: "i32" },
  fgetxattr: { parameters: ["i32", "buffer", "buffer", "u64"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "u64"], result: "i64" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  renameat: { parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i64"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: {
    parameters: ["i32", "buffer", "u64", "i32", "buffer", "u32"],
    result: "i64",
  },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },

  getpgid: { parameters: ["i32"], result: "i32" },
  getsid: { parameters: ["i32"], result: "i32" },
  execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  posix_spawn: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
  },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_addchdir_np: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  posix_spawn_file_actions_addopen: {
    parameters: ["buffer", "i32", "buffer", "i32", "u32"],
    result: "i32",
  },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_openpt: { parameters: ["i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "u64"], result: "i32" },
  waitid: { parameters: ["i32", "i32", "buffer", "i32"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  /** The same on a thread of its own, as a promise; errno cannot be had of it. */
  epoll_wait_on_thread: {
    name: "epoll_wait",
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  dup3: { parameters: ["i32", "i32", "i32"], result: "i32" },
} as const satisfies Record<string, Deno.ForeignFunction>;

type Libc = {
  readonly [Name in keyof typeof SIGNATURES]: Deno.FromForeignFunction<typeof SIGNATURES[Name]>;
};

let loaded: Libc | undefined;

/** The functions, loaded by the first call; throws on a system without glibc. */
export function libc(): Libc {
  if (loaded === undefined) {
    loaded = load();
    // Where it lies does not change: that is a matter of the thread.
    errno = new Deno.UnsafePointerView(loaded.__errno_location()!);
  }
  return loaded;
}

/**
 * Looks the functions up with dlsym(3) instead of listing them for `Deno.dlopen`, which generates
 * machine code for each: 1 ms instead of 8, for calls that take 1.3 µs instead of 0.2. And no
 * library stays open, which the resource sanitizer of the tests would take for a leak; libc itself
 * is never unloaded, since the runtime uses it.
 */
function load(): Libc {
  const library = openDlsym();
  try {
    const entries = Object.entries<Deno.ForeignFunction>(SIGNATURES).map(([key, signature]) => {
      const name = signature.name ?? key;
      const pointer = library.symbols.dlsym(null, cString(name));
      if (pointer === null) throw new Error(`this system's C library has no ${name}()`);
      const callable = new Deno.UnsafeFnPointer(pointer as Deno.PointerObject<never>, signature);
      return [key, callable.call.bind(callable)];
    });
    return Object.fromEntries(entries);
  } finally {
    library.close();
  }
}

/** The address of a C function, for other C functions to call. */
export function addressOf(name: string): Deno.PointerObject {
  const library = openDlsym();
  try {
    const pointer = library.symbols.dlsym(null, cString(name));
    if (pointer === null) throw new Error(`this system's C library has no ${name}()`);
    return pointer;
  } finally {
    library.close();
  }
}

/** dlsym(3) moved into libc with glibc 2.34. */
function openDlsym(): Deno.DynamicLibrary<typeof DLSYM> {
  try {
    return Deno.dlopen("libc.so.6", DLSYM);
  } catch {
    return Deno.dlopen("libdl.so.2", DLSYM);
  }
}

const DLSYM = { dlsym: { parameters: ["pointer", "buffer"], result: "pointer" } } as const;

let errno: Deno.UnsafePointerView | undefined;

/**
 * The error of the call just before, on this thread. It must be the very next thing after the call
 * that failed: whatever else runs in between may overwrite it. Among that is the garbage collector,
 * which may run whenever memory is taken; so none is taken here, but what was read may still, very
 * rarely, be the collector's (EAGAIN as a rule). Where much depends on it, ask again.
 */
export function lastErrno(): number {
  return errno!.getInt32();
}

/** Passes on the result of a call; throws a SystemError when it is -1, which means failure. */
export function check(result: number | bigint, failed: Omit<FailedCall, "errno">): number {
  if (Number(result) !== -1) return Number(result);
  throw new SystemError({ ...failed, errno: lastErrno() });
}

/** Text as C wants it. Throws a TypeError for text with a NUL in it, which C would cut there. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) throw new TypeError(`${JSON.stringify(text)} contains a NUL character`);
  return new TextEncoder().encode(`${text}\0`);
}
