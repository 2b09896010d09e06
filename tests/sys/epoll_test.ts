import assert from "node:assert/strict";
import { EPOLLIN, EPOLLOUT, watch, watchingStopped } from "../../src/sys/epoll.ts";
import { check, libc } from "../../src/sys/libc.ts";
import { SystemError } from "../../src/sys/system_error.ts";

/** An eventfd: readable when it was written to. */
class Flag implements Disposable {
  readonly fd = check(libc().eventfd(0, 0o2004000), { call: "eventfd" });

  raise(): void {
    check(libc().write(this.fd, new BigUint64Array([1n]), 8n), { call: "write" });
  }

  lower(): void {
    libc().read(this.fd, new BigUint64Array(1), 8n);
  }

  [Symbol.dispose](): void {
    libc().close(this.fd);
  }
}

/** Always gives the same number, which is too high for anything that runs beside this test. */
function duplicate(fd: number): number {
  const F_DUPFD_CLOEXEC = 1030;
  return check(libc().fcntl(fd, F_DUPFD_CLOEXEC, 900n), { call: "fcntl" });
}

Deno.test("watch() calls back when the descriptor becomes ready", async () => {
  using flag = new Flag();
  const { promise, resolve } = Promise.withResolvers<number>();
  const unwatch = watch(flag.fd, EPOLLIN, resolve);
  flag.raise();
  assert.equal(await promise, EPOLLIN);
  unwatch();
  await watchingStopped();
});

Deno.test("watch() works for a descriptor that is added while another is waited for", async () => {
  using first = new Flag();
  const unwatchFirst = watch(first.fd, EPOLLIN, () => assert.fail("nobody raised it"));
  using second = new Flag();
  const { promise, resolve } = Promise.withResolvers<number>();
  const unwatchSecond = watch(second.fd, EPOLLOUT, resolve);
  assert.equal(await promise, EPOLLOUT);
  unwatchSecond();
  unwatchFirst();
  await watchingStopped();
});

Deno.test("watch() calls again as long as something is left to read", async () => {
  using flag = new Flag();
  let calls = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unwatch = watch(flag.fd, EPOLLIN, () => {
    if (++calls === 3) resolve();
  });
  flag.raise();
  await promise;
  unwatch();
  await watchingStopped();
});

Deno.test("watch() serves hundreds of descriptors that are ready at once", async () => {
  const flags = Array.from({ length: 300 }, () => new Flag());
  const seen = new Set<number>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const unwatches = flags.map((flag, index) =>
    watch(flag.fd, EPOLLIN, () => {
      flag.lower();
      assert.equal(seen.has(index), false);
      seen.add(index);
      if (seen.size === flags.length) resolve();
    })
  );
  for (const flag of flags) flag.raise();
  await promise;
  for (const unwatch of unwatches) unwatch();
  await watchingStopped();
  for (const flag of flags) flag[Symbol.dispose]();
});

Deno.test("unwatch() is heeded within the same round of events", async () => {
  using first = new Flag();
  using second = new Flag();
  const calls: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  first.raise();
  second.raise();
  const unwatches = [first, second].map((flag, index) =>
    watch(flag.fd, EPOLLIN, () => {
      calls.push(`callback ${index}`);
      for (const unwatch of unwatches) unwatch();
      resolve();
    })
  );
  await promise;
  await watchingStopped();
  assert.equal(calls.length, 1);
});

Deno.test("unwatch() called twice does not touch the next owner of the descriptor", async () => {
  using first = new Flag();
  using second = new Flag();
  const fd = duplicate(first.fd);
  const unwatchFirst = watch(fd, EPOLLIN, () => {});
  unwatchFirst();
  libc().close(fd);
  assert.equal(duplicate(second.fd), fd);
  const { promise, resolve } = Promise.withResolvers<number>();
  const unwatchSecond = watch(fd, EPOLLIN, resolve);
  unwatchFirst();
  second.raise();
  assert.equal(await promise, EPOLLIN);
  unwatchSecond();
  libc().close(fd);
  await watchingStopped();
});

Deno.test("watch() goes on after it had stopped, also when asked while it is stopping", async () => {
  using flag = new Flag();
  for (let round = 0; round < 50; round++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    const unwatch = watch(flag.fd, EPOLLIN, resolve);
    flag.raise();
    await promise;
    flag.lower();
    unwatch();
    if (round % 2 === 0) await watchingStopped();
  }
  await watchingStopped();
});

Deno.test("watch() throws for what cannot be waited for", async () => {
  const file = check(libc().open(new TextEncoder().encode("/etc/passwd\0"), 0, 0), {
    call: "open",
  });
  assert.throws(
    () => watch(file, EPOLLIN, () => {}),
    (error) => error instanceof SystemError && error.code === "EPERM",
  );
  libc().close(file);
  await watchingStopped();
});

/** Processor time of this thread so far; other tests may be busy in other threads. */
function processorTicks(): number {
  const fields = Deno.readTextFileSync("/proc/thread-self/stat").split(") ")[1]!.split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

Deno.test("watch() does not use the processor while it waits", async () => {
  using flag = new Flag();
  const unwatch = watch(flag.fd, EPOLLIN, () => {});
  const before = processorTicks();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const ticks = processorTicks() - before;
  assert.ok(ticks <= 3, `${ticks} ticks of 10 ms in 100 ms`);
  unwatch();
  await watchingStopped();
});

Deno.test("a callback that throws is reported and does not end the loop", async () => {
  using broken = new Flag();
  using sound = new Flag();
  const { promise: reported, resolve: report } = Promise.withResolvers<unknown>();
  function onError(event: ErrorEvent): void {
    event.preventDefault();
    report(event.error);
  }
  globalThis.addEventListener("error", onError);
  const unwatchBroken = watch(broken.fd, EPOLLIN, () => {
    unwatchBroken();
    throw new Error("a bug");
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  const unwatchSound = watch(sound.fd, EPOLLIN, resolve);
  broken.raise();
  assert.equal((await reported as Error).message, "a bug");
  sound.raise();
  await promise;
  unwatchSound();
  globalThis.removeEventListener("error", onError);
  await watchingStopped();
});
