/**
 * One thread that waits for every descriptor anybody watches: pidfds, FIFOs, terminal masters.
 * Level-triggered (epoll(7)): a callback that leaves something unread is simply called again, so
 * nothing is lost by reading in portions. Whoever does not want to read for a while has to unwatch,
 * as has everyone after the end of what is watched; else the loop spins.
 */
import { check, libc } from "./libc.ts";

export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CLOEXEC = 0o2000000;
const EFD_CLOEXEC_NONBLOCK = 0o2004000;

/** struct epoll_event is packed on x86-64 only. */
const DATA_OFFSET = Deno.build.arch === "x86_64" ? 4 : 8;
const EVENT_SIZE = DATA_OFFSET + 8;
const EVENTS_PER_WAIT = 128;

/** Token of the loop's own descriptor. The others count up; the kernel only keeps their bits. */
const WAKER = 0;

/** Receives the events that came, as a mask of EPOLLIN and so on. */
export type ReadyCallback = (events: number) => void;

class EpollLoop {
  readonly #epoll: number;
  /** An eventfd(2): written to, it ends the wait that is under way. */
  readonly #waker: number;
  /** By token. Descriptor numbers are re-used at once; an event must not find the next owner. */
  readonly #callbacks = new Map<number, ReadyCallback>();
  /** The kernel writes here from the waiting thread: it has to live as long as the loop. */
  readonly #events = new DataView(new ArrayBuffer(EVENT_SIZE * EVENTS_PER_WAIT));
  #lastToken = 0;
  #running: Promise<void> | undefined;

  constructor() {
    this.#epoll = check(libc().epoll_create1(EPOLL_CLOEXEC), { call: "epoll_create1" });
    this.#waker = check(libc().eventfd(0, EFD_CLOEXEC_NONBLOCK), { call: "eventfd" });
    this.#add(this.#waker, EPOLLIN, WAKER);
  }

  watch(fd: number, events: number, callback: ReadyCallback): () => void {
    const token = ++this.#lastToken;
    this.#add(fd, events, token);
    this.#callbacks.set(token, callback);
    this.#running ??= this.#run();
    return () => this.#unwatch(fd, token);
  }

  stopped(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  #add(fd: number, events: number, token: number): void {
    const event = new DataView(new ArrayBuffer(EVENT_SIZE));
    event.setUint32(0, events, true);
    event.setFloat64(DATA_OFFSET, token, true);
    check(libc().epoll_ctl(this.#epoll, EPOLL_CTL_ADD, fd, event), { call: "epoll_ctl" });
  }

  #unwatch(fd: number, token: number): void {
    if (!this.#callbacks.delete(token)) return;
    // It may fail only because the descriptor is closed, and then it is gone from the set as well.
    libc().epoll_ctl(this.#epoll, EPOLL_CTL_DEL, fd, null);
    if (this.#callbacks.size === 0) this.#wake();
  }

  #wake(): void {
    const one = new BigUint64Array([1n]);
    check(libc().write(this.#waker, one, BigInt(one.byteLength)), { call: "write" });
  }

  async #run(): Promise<void> {
    // epoll_ctl takes effect on a wait under way, so the loop need not hear of new descriptors.
    while (this.#callbacks.size > 0) {
      const count = await libc().epoll_wait_on_thread(
        this.#epoll,
        this.#events,
        EVENTS_PER_WAIT,
        -1,
      );
      this.#dispatch(count >= 0 ? count : this.#readyNow());
    }
    this.#running = undefined;
  }

  /**
   * A wait on another thread failed, and its errno is out of reach: most likely a signal was
   * delivered to that thread. Asking again without waiting either works or tells what is wrong.
   */
  #readyNow(): number {
    const count = libc().epoll_wait(this.#epoll, this.#events, EVENTS_PER_WAIT, 0);
    return check(count, { call: "epoll_wait" });
  }

  #dispatch(count: number): void {
    // Copied first: a callback must find a loop that it may use in any way.
    const ready = Array.from({ length: count }, (_, index) => ({
      events: this.#events.getUint32(index * EVENT_SIZE, true),
      token: this.#events.getFloat64(index * EVENT_SIZE + DATA_OFFSET, true),
    }));
    for (const { events, token } of ready) {
      if (token === WAKER) libc().read(this.#waker, new BigUint64Array(1), 8n);
      // An earlier callback of this round may have unwatched it.
      else this.#call(this.#callbacks.get(token), events);
    }
  }

  /** A bug in one callback is reported as uncaught, but does not end the loop of all others. */
  #call(callback: ReadyCallback | undefined, events: number): void {
    try {
      callback?.(events);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

let loop: EpollLoop | undefined;

/**
 * Calls `callback` whenever `fd` is ready for one of `events` (EPOLLERR and EPOLLHUP are always
 * among them), until the returned function is called; call that before closing `fd`. Keeps the
 * process alive meanwhile. Throws a SystemError for a descriptor that is watched already, and for
 * one of a kind that cannot be waited for.
 */
export function watch(fd: number, events: number, callback: ReadyCallback): () => void {
  return (loop ??= new EpollLoop()).watch(fd, events, callback);
}

/** Resolves when nothing is watched any more and the waiting thread has returned. */
export function watchingStopped(): Promise<void> {
  return loop?.stopped() ?? Promise.resolve();
}
