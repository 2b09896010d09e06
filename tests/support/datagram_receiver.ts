/** A datagram socket on a path, as the system's log has at /dev/log. */
import { EPOLLIN, watch, watchingStopped } from "../../src/sys/epoll.ts";
import { check, cString, libc } from "../../src/sys/libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const BIND = { bind: { parameters: ["i32", "buffer", "u32"], result: "i32" } } as const;

export class DatagramReceiver {
  readonly #fd: number;

  /** A path that begins with NUL is an abstract name. */
  constructor(path: string) {
    const flags = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    this.#fd = check(libc().socket(AF_UNIX, flags, 0), { call: "socket" });
    const name = path.startsWith("\0") ? new TextEncoder().encode(path) : cString(path);
    const address = new Uint8Array([AF_UNIX, 0, ...name]);
    const library = Deno.dlopen("libc.so.6", BIND);
    check(library.symbols.bind(this.#fd, address, address.length), { call: "bind", path });
    library.close();
  }

  /** The next datagram, which must be there already. */
  take(): string {
    const buffer = new Uint8Array(65_536);
    const length = check(libc().read(this.#fd, buffer, BigInt(buffer.length)), { call: "read" });
    return new TextDecoder().decode(buffer.subarray(0, length));
  }

  /** The next datagram, there already or not. */
  async next(): Promise<string> {
    await new Promise<void>((resolve) => {
      const unwatch = watch(this.#fd, EPOLLIN, () => {
        unwatch();
        resolve();
      });
    });
    await watchingStopped();
    return this.take();
  }

  close(): void {
    libc().close(this.#fd);
  }
}
