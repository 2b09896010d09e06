/** Notices that a file has lost its name. */
import { EPOLLIN, watch } from "../epoll.ts";
import { check, cString, libc } from "../libc.ts";

const IN_NONBLOCK_CLOEXEC = 0o2004000;
/** The number of links changed, it was moved, the last of it is gone (inotify(7)). */
const IN_ATTRIB = 0x4;
const IN_MOVE_SELF = 0x800;
const IN_DELETE_SELF = 0x400;

/**
 * Calls `onChange` when the file may no longer be found at `path`: it was removed, moved, or its
 * mode or owner changed. The returned function ends it. Throws a SystemError.
 */
export function watchPath(path: string, onChange: () => void): () => void {
  const fd = check(libc().inotify_init1(IN_NONBLOCK_CLOEXEC), { call: "inotify_init1" });
  const mask = IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
  const unwatch = watch(fd, EPOLLIN, () => {
    const events = new Uint8Array(4096);
    while (libc().read(fd, events, BigInt(events.length)) > 0n);
    onChange();
  });
  const end = () => {
    unwatch();
    libc().close(fd);
  };
  if (libc().inotify_add_watch(fd, cString(path), mask) >= 0) return end;
  end();
  throw new Error(`cannot watch ${JSON.stringify(path)}`);
}
